"""A custody: one person's stay, from the place held for it to the exit."""

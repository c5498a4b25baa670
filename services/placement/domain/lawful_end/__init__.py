"""The lawful end of a custody: by which decision, how near, and every day past it (G15)."""

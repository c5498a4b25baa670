"""A facility: registered, given a capacity by two subjects; its places are counted."""

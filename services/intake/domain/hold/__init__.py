"""A hold: its state, and a file for each command on it."""

"""An assurance: its state, and a file for each command on it."""

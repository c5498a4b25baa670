"""Erasing who a person is: what still needs it, and the command on it."""

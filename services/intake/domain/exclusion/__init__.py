"""An exclusion: what forbids a person's transfer by itself, and a file for each command on it."""

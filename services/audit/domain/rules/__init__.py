"""The rules on which liberty or money hangs, written by hand from the rules themselves."""

"""Read models as functions of the log: what they are, as of any moment, and built again from it."""

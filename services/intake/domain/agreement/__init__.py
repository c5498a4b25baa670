"""An agreement: put forward by either state, signed by both, and then in force."""

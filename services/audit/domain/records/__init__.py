"""What is remembered of entries that a rule asks for later, and no more."""

"""What leads an empty database to audit's tables."""

"""What leads an empty database to intake's tables."""

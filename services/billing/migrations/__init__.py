"""What leads an empty database to billing's tables."""

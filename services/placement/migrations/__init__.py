"""What leads an empty database to placement's tables."""

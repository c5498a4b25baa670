"""Placement's decisions: pure, one noun a file."""

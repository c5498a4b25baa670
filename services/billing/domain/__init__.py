"""Billing's decisions, one noun a file: pure functions from what was recorded to what follows."""

"""Audit: one node a government; it mirrors, checks and countersigns the three logs."""

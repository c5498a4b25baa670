"""Intake's revisions, the oldest first."""

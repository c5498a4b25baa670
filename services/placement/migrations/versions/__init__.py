"""Placement's revisions, in their order."""

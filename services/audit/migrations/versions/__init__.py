"""Audit's revisions, in their order."""

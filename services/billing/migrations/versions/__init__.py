"""Billing's revisions, in their order."""

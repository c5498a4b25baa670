"""Append and read: entry bytes, the store, the group commit and the shell of every decision."""

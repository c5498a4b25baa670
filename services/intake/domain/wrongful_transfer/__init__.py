"""Transfers that should not have been: who is found by what came late, and is recalled (D2, D7)."""

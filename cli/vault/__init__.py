"""`accord vault`: what operators do with the keys of intake's vault."""

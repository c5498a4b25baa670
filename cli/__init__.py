"""The `accord` command: the local stack, the demo, tokens, keys and migrations."""

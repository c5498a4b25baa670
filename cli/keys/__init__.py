"""`accord keys` and `accord token`: keys of parties, logs and witnesses, tokens, the policy."""

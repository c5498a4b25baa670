"""The witness: cosigns the checkpoints of logs that the mirror holds in full."""

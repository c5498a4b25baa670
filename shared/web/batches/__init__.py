"""Many commands in one request: NDJSON as it arrives, and each line carried out by itself."""

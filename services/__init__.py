"""The three services, each with its own log, database and HTTP API."""

"""The endpoints that every service has: its health, its log, and that log's tree."""

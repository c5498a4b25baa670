"""The stack without Docker: PostgreSQL, Kafka and the services as processes of this machine."""

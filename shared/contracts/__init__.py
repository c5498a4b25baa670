"""The published language: what each service's events say, and the agreement document."""

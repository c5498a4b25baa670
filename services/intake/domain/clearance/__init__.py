"""Clearance: what a case and all that forbids its departure say together, and its command."""

"""Intake: agreements, persons, cases, holds and journeys, up to the handover."""

"""Billing's settings: those of every service that keeps a log; it needs no others."""

from shared.web.settings import SealingSettings as Settings

__all__ = ["Settings"]

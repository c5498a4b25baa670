"""Billing's settings: those of every service; it needs no others."""

from shared.web.settings import ServiceSettings as Settings

__all__ = ["Settings"]

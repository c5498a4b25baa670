"""How a relay or a follower is doing, as every task tells it: see `shared.telemetry.status`."""

from shared.telemetry.status import Health, Patience, Status, measure

__all__ = ["Health", "Patience", "Status", "measure"]

"""The sealed log: tree tiles, and how far the log is sealed and published."""

from shared.sealing.migrations import create_sealing

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create all of it."""
    create_sealing()

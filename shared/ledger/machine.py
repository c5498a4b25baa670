"""What the shell takes from the machine that it runs on: the time, and new identities."""

from datetime import UTC, datetime

from uuid_utils import uuid7


class SystemClock:
    """Tells the machine's time."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


def new_id() -> str:
    """A UUIDv7 in its canonical text form: identities sort by when they were made."""
    return str(uuid7())

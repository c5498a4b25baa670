"""New identities: UUIDv7, so that they sort by when they were made."""

from uuid_utils import uuid7


def new_id() -> str:
    """A UUIDv7 in its canonical text form."""
    return str(uuid7())

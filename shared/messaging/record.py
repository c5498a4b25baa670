"""An entry as a record, by the CloudEvents Kafka binding in structured mode."""

from __future__ import annotations

from shared.ledger.entry import read_entry
from shared.messaging.broker import SEQUENCE, Record
from shared.messaging.errors import LogBroken

CONTENT_TYPE = b"application/cloudevents+json"


def record_of(entry: bytes, index: int) -> Record:
    """The record of the entry at `index`. Raises `LogBroken` for another entry's bytes."""
    attributes = read_entry(entry)
    if attributes.sequence != index:
        raise LogBroken(attributes.source, index, f"this is where entry {attributes.sequence} lies")
    return Record(
        key=attributes.subject.encode(),
        value=entry,
        headers=(
            ("content-type", CONTENT_TYPE),
            ("ce_type", attributes.type.encode()),
            (SEQUENCE, b"%d" % index),
        ),
    )

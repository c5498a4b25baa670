"""An entry as a record: what Kafka shows of it without reading it."""

from __future__ import annotations

import pytest

from shared.messaging.broker import SEQUENCE
from shared.messaging.errors import LogBroken
from shared.messaging.record import record_of
from tests.support.entries import entry, foreign


def test_a_record_is_the_entrys_bytes_with_its_subject_type_and_index() -> None:
    sent, event = entry(7), foreign(7).event
    record = record_of(sent, 7)
    assert record.value == sent
    assert record.key.startswith(b"custody/")
    assert dict(record.headers) == {
        "content-type": b"application/cloudevents+json",
        "ce_type": event.TYPE.encode(),
        SEQUENCE: b"7",
    }


def test_an_entry_is_not_published_at_another_ones_place() -> None:
    with pytest.raises(LogBroken, match="this is where entry 7 lies"):
        record_of(entry(7), 8)

"""Every event type's schema, frozen: `python -m tests.support.frozen_schemas` adds new types.

A type that is frozen is never changed by this; a new meaning is a new type (ledger.md, Entry).
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from shared.contracts.catalog import EVENT_TYPES
from shared.kernel.event import Event

FROZEN = Path(__file__).parents[1] / "unit" / "contracts" / "frozen_schemas.json"


def schema_of(event: type[Event]) -> dict[str, Any]:
    """What an entry's data looks like: every field in order, whatever it refers to included."""
    (_,), components = msgspec.json.schema_components((event,), ref_template="#/{name}")
    plain: dict[str, Any] = json.loads(json.dumps(components))
    for one in plain.values():
        one.pop("description", None)  # words may become clearer
        if "properties" in one:
            one["fields"] = list(one["properties"])
    return plain


def frozen() -> dict[str, Any]:
    """The frozen copies, by type."""
    read: dict[str, Any] = json.loads(FROZEN.read_text("utf-8"))
    return read


def main() -> None:
    """Freeze what is not frozen yet."""
    known = frozen() if FROZEN.exists() else {}
    for name, event in EVENT_TYPES.items():
        known.setdefault(name, schema_of(event))
    FROZEN.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()

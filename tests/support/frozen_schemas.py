"""Every event type's schema, frozen: `python -m tests.support.frozen_schemas` adds what is new.

A new type, and what a version may gain, is frozen with it; any other change of a frozen type is
refused (docs/adr/0025).
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from shared.contracts.catalog import EVENT_TYPES
from shared.kernel.event import Event
from tests.support.schema_compatibility import incompatibilities

FROZEN = Path(__file__).parents[1] / "unit" / "contracts" / "frozen_schemas.json"
Schema = dict[str, Any]
REFERENCE = re.compile(r'"\$ref": "#/(\w+)"')


def schema_of(event: type[Event]) -> Schema:
    """What an entry's data looks like, whatever it refers to included."""
    return components_of(event)


def components_of(kind: type[msgspec.Struct]) -> Schema:
    """The schemas of a struct and of every struct within it, by name.

    A tariff's components are frozen one by one, each in its own test, by what was signed of it.
    """
    _, components = msgspec.json.schema_components((kind,), ref_template="#/{name}")
    plain: Schema = _without_words(json.loads(json.dumps(components)))
    if "Tariff" in plain:
        plain["Tariff"]["properties"]["components"]["items"] = {"$ref": "#/Component"}
        plain["Component"] = {"title": "Component", "type": "object", "additionalProperties": False}
    return {name: plain[name] for name in sorted(_reached(plain, kind.__name__))}


def _without_words(part: Any) -> Any:  # noqa: ANN401 - any part of a JSON document
    """A schema without its descriptions: words may become clearer."""
    if isinstance(part, list):
        return [_without_words(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _without_words(value)
        for name, value in part.items()
        if name != "description" or not isinstance(value, str)
    }


def _reached(plain: Schema, name: str) -> set[str]:
    """The structs that are part of this one."""
    seen, ahead = set[str](), {name}
    while ahead:
        seen |= ahead
        texts = [json.dumps(plain[known]) for known in ahead]
        ahead = {reference for text in texts for reference in REFERENCE.findall(text)} - seen
    return seen


def frozen() -> dict[str, Schema]:
    """The frozen copies, by type."""
    read: dict[str, Schema] = json.loads(FROZEN.read_text("utf-8"))
    return read


def changes(name: str, was: Schema) -> list[str]:
    """What is different about a type that its version does not allow."""
    if name not in EVENT_TYPES:
        return [f"{name} was taken away: entries of it stay for ever"]
    event = EVENT_TYPES[name]
    return incompatibilities(event.__name__, was, schema_of(event))


def main() -> int:
    """Freeze what is new, unless something else changed."""
    known = frozen()
    broken = [f"{name} {change}" for name, was in known.items() for change in changes(name, was)]
    if broken:
        sys.stderr.write("\n".join([*broken, "Make a new version, with an upcaster."]) + "\n")
        return 1
    now = {name: schema_of(event) for name, event in EVENT_TYPES.items()}
    FROZEN.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

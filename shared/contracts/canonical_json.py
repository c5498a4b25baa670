"""What is signed, as bytes: RFC 8785 canonical JSON of what was said, and of nothing else.

A field that holds its default was not said. So a signed document keeps its bytes, and its digest,
when its type gains an optional field; another default would be another version (docs/adr/0026).
"""

from typing import Any

import msgspec
import rfc8785


def canonical(value: msgspec.Struct) -> bytes:
    """The canonical JSON of a struct; its bytes depend on nothing but what it says."""
    return rfc8785.dumps(_said(value))


def _said(value: object) -> Any:  # noqa: ANN401 - any JSON value
    """A value as JSON has it, without the fields that hold their default."""
    if isinstance(value, tuple):
        return [_said(item) for item in value]
    if not isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    said = {
        field.encode_name: _said(getattr(value, field.name))
        for field in msgspec.structs.fields(value)
        if field.required or getattr(value, field.name) != field.default
    }
    config = value.__struct_config__
    if config.tag_field is not None:
        said[config.tag_field] = config.tag
    return said

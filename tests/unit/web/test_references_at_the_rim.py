"""A reference has one spelling: no blank around it, one between words (G2: one instrument is one).

Every text of the published language and of every request that has a form is tried with blanks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.catalog import EVENT_TYPES
from shared.kernel.codes import Code as WrittenCode
from shared.web.content.models import Code
from tests.support.bad_input import rows
from tests.support.frozen_schemas import schema_of
from tests.support.request_models import models

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS = (" ", "\u00a0", "\t", "\n", "\u200b")


@pytest.mark.parametrize(("code", "right"), rows("codes"))
def test_one_instrument_is_one_code(code: str, right: str) -> None:
    taken: TypeAdapter[str] = TypeAdapter(Code)
    read = msgspec.json.Decoder(WrittenCode)
    if right == "good":
        assert taken.validate_python(code) == read.decode(msgspec.json.encode(code)) == code
        return
    with pytest.raises(ValidationError):
        taken.validate_python(code)
    with pytest.raises(msgspec.ValidationError):
        read.decode(msgspec.json.encode(code))


def patterns(schema: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a JSON document
    """Every pattern of a JSON Schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for part in schema.values():
            yield from patterns(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from patterns(part)


LANGUAGE = {form for event in EVENT_TYPES.values() for form in patterns(schema_of(event))}
REQUESTS = {form for model in models() for form in patterns(model.model_json_schema())}
SHOWN = (
    "SYN-1",
    "ORDER 1",
    "usa-slv-2025",
    "usa-slv-2025@1",
    "SLV",
    "XX",
    "2025-03",
    "en",
    "0501",
    "17.34",
    "America/El_Salvador",
    "district-court-9",
    "accord.example/intake/0#17",
    "01890a5d-ac96-774b-bcce-b302099a8057",
    "0" * 64,
    f"eyJhbGciOiJFZERTQSJ9..{'A' * 86}",
)
"""Each form takes one of these at least."""


@pytest.mark.parametrize("form", sorted(LANGUAGE | REQUESTS))
def test_no_text_that_has_a_form_is_taken_with_a_blank_too_much(form: str) -> None:
    """In the way of the rim: a pattern is searched for, and `$` is the end alone."""
    whole = re.compile(re.sub(r"\$(?=\||\)|$)", r"\\Z", form), re.ASCII)
    taken = [text for text in SHOWN if whole.search(text)]
    assert taken, f"show a text that {form} takes"
    for text in taken:
        for blank in BLANKS:
            assert not whole.search(text + blank), (text, blank)
            assert not whole.search(blank + text), (text, blank)
        assert not whole.search(text.replace(" ", "  ")) or " " not in text

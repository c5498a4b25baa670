"""What people write for people to read is refused where nobody could, in every model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from tests.support.bad_input import rows
from tests.support.request_models import models

if TYPE_CHECKING:
    from shared.web.content.models import RequestModel

TEXTS = {"name": "texts", "number": "numbers_of_documents"}
"""The fields that are texts and no codes, and the table of each."""
PLACES = [
    pytest.param(model, field, id=f"{model.__module__}.{model.__name__}.{field}")
    for model in models()
    for field in model.model_fields
    if field in TEXTS
]


def is_free(field: FieldInfo) -> bool:
    """Whether a field takes any text: neither a pattern nor a closed list nor a check."""
    return field.annotation is str and not any(
        getattr(mark, "pattern", None) or callable(getattr(mark, "func", None))
        for mark in field.metadata
    )


def test_no_field_of_any_request_takes_any_text() -> None:
    free = [
        f"{model.__name__}.{name}"
        for model in models()
        for name, field in model.model_fields.items()
        if is_free(field)
    ]
    assert free == []
    assert len(PLACES) >= 3


@pytest.mark.parametrize(("model", "field"), PLACES)
def test_a_text_that_nobody_can_read_is_refused(model: type[RequestModel], field: str) -> None:
    for text, right in rows(TEXTS[field]):
        if "\0" in text:
            continue  # JSON with it is refused before any model
        said = _errors(model, field, text)
        assert (said == "") if right == "good" else right in said, (text, said)


def _errors(model: type[RequestModel], field: str, text: str) -> str:
    """What is said of the field; what else is wrong with so small a body is not asked."""
    try:
        model.model_validate_json(json.dumps({field: text}))
    except ValidationError as refused:
        return " ".join(error["msg"] for error in refused.errors() if error["loc"] == (field,))
    return ""

"""A form that is not met is said in words, whichever library found it."""

from __future__ import annotations

import re

import msgspec
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.intake.api.agreements import EXAMPLE
from shared.contracts.agreement import read_agreement
from shared.web.content.forms import FORMS, UUID, in_words
from shared.web.content.models import Slug, Uuid
from shared.web.yaml_document import parse_yaml


@pytest.mark.parametrize("kind", [Slug, Uuid], ids=["slug", "uuid"])
def test_a_message_of_pydantic_names_the_form_and_no_expression(kind: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python("Not One!")
    said = in_words(str(caught.value.errors()[0]["msg"]))
    assert said.startswith(("Not a short name like", "Not an id as an answer gave it"))
    assert "[" not in said


def test_a_message_of_msgspec_keeps_its_place() -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        read_agreement(parse_yaml(EXAMPLE.replace("sending: USA ", "sending: usa ").encode()))
    said = in_words(str(caught.value))
    assert said.startswith("Not three capital letters")
    assert said.endswith(" - at `$.parties.sending`")


def test_every_form_is_an_expression_and_its_words_begin_as_the_sentence_goes_on() -> None:
    assert re.fullmatch(UUID, "01890a5d-ac96-774b-bcce-b302099a8057")
    for pattern, words in FORMS.items():
        re.compile(pattern)
        assert words.partition(" ")[0] in {"a", "an", "the", "three"}


def test_another_message_stays_as_it_is() -> None:
    for message in ("Field required", "String should match pattern '^unheard of$'"):
        assert in_words(message) == message

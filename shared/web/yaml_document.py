"""YAML documents: text scalars only, one document, no repeats, no aliases, no merge keys, no
directives, bounded depth.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, cast

import yaml
from fastapi import Request

from shared.ledger.errors import MAX_ENTRY_BYTES
from shared.web.content.malformed import malformed
from shared.web.endpoint_call import Inline

BODY_KEY = "accord.body"
_DEEPEST = 50
_NO_TEXT = re.compile("[\\0\ud800-\udfff]")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the same in C, where it was built


class DocumentWrong(ValueError):
    """The bytes are not a document as Accord takes them; the text names the line."""


class YamlDocument(Inline):
    """Dependency of an endpoint that takes a YAML document: gives its bytes."""

    TYPES: ClassVar[tuple[str, ...]] = ("application/yaml", "application/x-yaml", "text/yaml")
    OPENAPI: ClassVar[dict[str, Any]] = {
        "requestBody": {
            "required": True,
            "content": {"application/yaml": {"schema": {}}},
        }
    }

    @classmethod
    def shown(cls, example: str) -> dict[str, Any]:
        """`openapi_extra=YamlDocument.shown(text)` of a route: what a document looks like."""
        content = {"schema": {"type": "string"}, "example": example}
        return {"requestBody": {"required": True, "content": {cls.TYPES[0]: content}}}

    def __call__(self, request: Request) -> bytes:
        """The body as it came, to be kept and hashed as it came."""
        return cast("bytes", request.scope[BODY_KEY])


def parse_yaml(document: bytes) -> object:
    """The document's value, every scalar as text; raises `DocumentWrong` with the line.

    Scalars stay text (`NO` is no boolean, `2025-03-14` no date): the model decides what they mean.
    """
    if len(document) > MAX_ENTRY_BYTES:
        raise DocumentWrong(f"line 1: longer than an entry can hold ({MAX_ENTRY_BYTES} bytes)")
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError as error:
        line = document[: error.start].count(b"\n") + 1
        raise DocumentWrong(f"line {line}: the document is not UTF-8") from error
    unfit = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unfit is not None:
        line = text.count("\n", 0, unfit.start()) + 1
        raise DocumentWrong(f"line {line}: a character that YAML does not take")
    building = _Building()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            building.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise DocumentWrong(f"line {line}: {error.problem or error.context}") from error
    return building.value()


def read_yaml(document: bytes) -> object:
    """`parse_yaml` for an endpoint: what is wrong is refused (400)."""
    try:
        return parse_yaml(document)
    except DocumentWrong as wrong:
        raise malformed(f"The document cannot be read: {wrong}.") from wrong


class _Building:
    """A document's value as far as it was read; refuses what would mean more than it shows."""

    def __init__(self) -> None:
        self._tops: list[object] = []
        self._open: list[dict[str, object] | list[object]] = []
        self._keys: list[str | None] = []

    def value(self) -> object:
        """The value of the whole document."""
        if not self._tops or self._tops[0] == "":
            raise DocumentWrong("line 1: the document is empty")
        return self._tops[0]

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the parser."""
        if isinstance(event, yaml.DocumentStartEvent) and self._tops:
            raise _wrong(event, "one document only")
        if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
            raise _wrong(event, "directives are not taken: another reader would go by them")
        if isinstance(event, yaml.NodeEvent):
            _refuse_hidden_meaning(event)
        if isinstance(event, yaml.ScalarEvent):
            self._add(str(event.value), event)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) == _DEEPEST:
                raise _wrong(event, f"nested deeper than {_DEEPEST}")
            began: dict[str, object] | list[object] = (
                {} if isinstance(event, yaml.MappingStartEvent) else []
            )
            self._add(began, event)
            self._open.append(began)
            self._keys.append(None)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()

    def _add(self, value: object, event: yaml.Event) -> None:
        inside = self._open[-1] if self._open else self._tops
        if isinstance(inside, list):
            inside.append(value)
            return
        key = self._keys[-1]
        if key is not None:
            inside[key] = value
            self._keys[-1] = None
        elif not isinstance(value, str):
            raise _wrong(event, "a key must be text")
        elif value == "<<" and getattr(event, "implicit", (True,))[0]:
            raise _wrong(event, "merge keys are not taken: write it out")
        elif value in inside:
            raise _wrong(event, "this key is there already")
        else:
            self._keys[-1] = value


def _refuse_hidden_meaning(event: yaml.NodeEvent) -> None:
    if event.anchor is not None:
        raise _wrong(event, "aliases and anchors are not taken: write it out")
    if getattr(event, "tag", None) is not None:
        raise _wrong(event, "tags are not taken: the document's form says what a value is")
    if _NO_TEXT.search(str(getattr(event, "value", ""))):
        raise _wrong(event, "a NUL character or a lone surrogate is no text")


def _wrong(event: yaml.Event, said: str) -> DocumentWrong:
    line = event.start_mark.line + 1 if event.start_mark else 1
    return DocumentWrong(f"line {line}: {said}")

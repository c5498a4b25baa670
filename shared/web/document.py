"""YAML documents: text scalars only, one document, no repeats, no aliases, bounded depth."""

from __future__ import annotations

from typing import Any, ClassVar, cast

import yaml
from fastapi import Request

from shared.web.inline import Inline
from shared.web.malformed import malformed

BODY_KEY = "accord.body"
_DEEPEST = 50


class DocumentWrong(ValueError):
    """The bytes are not a document as Accord takes them; the text names the line."""


class YamlDocument(Inline):
    """Dependency of an endpoint that takes a YAML document: gives its bytes."""

    TYPES: ClassVar[tuple[str, ...]] = ("application/yaml", "application/x-yaml", "text/yaml")

    def __call__(self, request: Request) -> bytes:
        """The body as it came, to be kept and hashed as it came."""
        return cast("bytes", request.scope[BODY_KEY])


def parse_yaml(document: bytes) -> object:
    """The document's value, every scalar as text; raises `DocumentWrong` with the line.

    Scalars stay text (`NO` is no boolean, `2025-03-14` no date): the model decides what they mean.
    """
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError as error:
        line = document[: error.start].count(b"\n") + 1
        raise DocumentWrong(f"line {line}: the document is not UTF-8") from error
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise DocumentWrong(f"line {line}: a character that YAML does not take") from error
    try:
        value = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise DocumentWrong(f"line {line}: {error.problem or error.context}") from error
    finally:
        loader.dispose()
    if value is None:
        raise DocumentWrong("line 1: the document is empty")
    return value


def read_yaml(document: bytes) -> object:
    """`parse_yaml` for an endpoint: what is wrong is refused (400)."""
    try:
        return parse_yaml(document)
    except DocumentWrong as wrong:
        raise malformed(f"The document cannot be read: {wrong}.") from wrong


class _Loader(yaml.BaseLoader):
    """PyYAML's text-only loader, which also refuses what would mean more than it shows."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401 - PyYAML's own signature
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs lack it
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise yaml.composer.ComposerError(
                None, None, "aliases and anchors are not taken: write it out", event.start_mark
            )
        self._depth += 1
        if self._depth > _DEEPEST:
            raise yaml.composer.ComposerError(
                None, None, f"nested deeper than {_DEEPEST}", event.start_mark
            )
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's own signature
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be text", key.start_mark
                )
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, "this key is there already", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)

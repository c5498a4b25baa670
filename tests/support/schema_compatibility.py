"""What keeps one JSON schema of a type from being a later form of another, within one version.

A type may gain an optional field with a default, a member of a union, a value of an enumeration.
Whatever else is different needs a new version and an upcaster (docs/adr/0025).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

Node = Mapping[str, Any]
Components = Mapping[str, Node]
_STRUCTURE = frozenset(
    {"$ref", "anyOf", "discriminator", "enum", "properties", "required", "items", "default"}
)
_WORDS = frozenset({"description", "title", "examples"})


class Schema(msgspec.Struct, frozen=True):
    """A node with the components that its references name."""

    node: Node
    components: Components

    def at(self, node: Node) -> Schema:
        """A part of it, with its reference followed."""
        while "$ref" in node:
            node = {**self.components[node["$ref"].removeprefix("#/")], **_beside(node)}
        return Schema(node, self.components)

    @property
    def members(self) -> list[Schema]:
        """The members of a union; a type that is none has itself as its only one."""
        return [self.at(member) for member in self.node.get("anyOf", [self.node])]

    @property
    def tag(self) -> tuple[str, str] | None:
        """The tag of a tagged struct: the field, and its one value."""
        for name, field in self.node.get("properties", {}).items():
            values = field.get("enum", ())
            if len(values) == 1 and name in self.node["required"]:
                return name, values[0]
        return None

    @property
    def rest(self) -> Node:
        """What must stay as it is: the type, patterns and limits, whether it is closed."""
        return {name: value for name, value in self.node.items() if name not in _STRUCTURE | _WORDS}


def incompatibilities(name: str, old: Components, new: Components) -> list[str]:
    """Every change of a named type that its version does not allow, with the path to it."""
    root: Node = {"$ref": f"#/{name}"}
    return list(_changed(Schema({}, old).at(root), Schema({}, new).at(root), "$"))


def open_structs(name: str, components: Components) -> list[str]:
    """The structs that would pass over a field that they do not know, and so misread its entry."""
    return [
        f"{name}: {component}"
        for component, node in components.items()
        if node.get("type") == "object" and node.get("additionalProperties", True) is True
    ]


def _beside(node: Node) -> Node:
    return {name: value for name, value in node.items() if name != "$ref"}


def _changed(old: Schema, new: Schema, path: str) -> Iterator[str]:
    if "anyOf" in old.node or "anyOf" in new.node:
        yield from _union(old, new, path)
        return
    if old.rest != new.rest:
        yield f"{path}: was {dict(old.rest)}, is {dict(new.rest)}"
        return
    if gone := set(old.node.get("enum", ())) - set(new.node.get("enum", ())):
        yield f"{path}: lost the values {sorted(gone)}"
    if "properties" in old.node:
        yield from _fields(old, new, path)
    if "items" in old.node:
        yield from _changed(old.at(old.node["items"]), new.at(new.node["items"]), f"{path}[]")


def _union(old: Schema, new: Schema, path: str) -> Iterator[str]:
    """Every member that there was is there, told apart as it was."""
    for member in old.members:
        changes = [
            list(_changed(member, candidate, path))
            for candidate in new.members
            if candidate.tag == member.tag and candidate.node.get("type") == member.node.get("type")
        ]
        if not changes:
            what = member.tag or member.node.get("title") or member.node.get("type")
            yield f"{path}: lost the member {what}"
        else:
            yield from min(changes, key=len)


def _fields(old: Schema, new: Schema, path: str) -> Iterator[str]:
    was, now = old.node["properties"], new.node["properties"]
    required_once, required = set(old.node["required"]), set(new.node["required"])
    for name, node in was.items():
        if name not in now:
            yield f"{path}.{name}: was taken away"
            continue
        if (name in required_once) != (name in required):
            yield f"{path}.{name}: is {'required' if name in required else 'optional'} now"
        elif node.get("default") != now[name].get("default"):
            yield f"{path}.{name}: another default"
        yield from _changed(old.at(node), new.at(now[name]), f"{path}.{name}")
    for name in now.keys() - was.keys():
        if name in required:
            yield f"{path}.{name}: is new and has no default"

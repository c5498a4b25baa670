"""What a function leads to, read from the code itself: what it may refuse, and what it records.

Nothing is run. From an endpoint it goes to the deciders that it names, from them to their boundary
and their decision, and on to every function of the domain that those call. A refusal or an event
counts where its class is called, or handed to a function that calls it. So no document has to
repeat what the code says, and none can be out of date.
"""

from __future__ import annotations

import ast
import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, NotAllowed, Rejected, RuleBroken, Unknown

_ROOMS = ("services.", "shared.tariff.", "shared.contracts.", "shared.kernel.")
_OURS = ("services.", "shared.")
_BROAD = {Rejected, RuleBroken, Conflict, NotAllowed, Unknown, Event}
_ASKED = {"isinstance", "issubclass", "on", "type"}
"""Calls that ask about a class and make nothing of it."""


class Reached(msgspec.Struct):
    """The refusals and events of a function, by class."""

    refusals: set[type[Rejected]] = msgspec.field(default_factory=set)
    events: set[type[Event]] = msgspec.field(default_factory=set)


class Of(msgspec.Struct, frozen=True):
    """Some value of one of these classes, not known closer."""

    classes: tuple[type, ...]


def reached(*functions: Callable[..., Any]) -> Reached:
    """Everything that these functions lead to."""
    outcome, seen = Reached(), set[Any]()
    waiting: list[Any] = [*functions]
    while waiting:
        function = inspect.unwrap(waiting.pop())
        if isinstance(function, types.MethodType):
            function = function.__func__
        if not isinstance(function, types.FunctionType) or function.__code__ in seen:
            continue
        seen.add(function.__code__)
        node = _node_of(function)
        if node is not None and function.__module__.startswith(_ROOMS):
            reader = _Reader(function, outcome)
            reader.read(node)
            waiting.extend(reader.calls)
    return outcome


class _Reader(ast.NodeVisitor):
    """Reads one function: what it makes, and which functions it leads to."""

    def __init__(self, function: types.FunctionType, outcome: Reached) -> None:
        self.calls: list[Callable[..., Any]] = []
        self._found = outcome
        self._names: dict[str, Any] = {**function.__globals__, **_closed_over(function)}
        self._names |= {name: Of(kinds) for name, kinds in _annotated(function).items()}
        owner = function.__globals__.get(function.__qualname__.rpartition(".")[0])
        if isinstance(owner, type):
            self._names.setdefault("self", Of((owner,)))

    def read(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        """Read the body; what decorators and annotations name is not done."""
        for line in node.body if isinstance(node.body, list) else [node.body]:
            self.visit(line)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """A function within is part of it."""
        self.read(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """What is caught is not raised."""
        for line in node.body:
            self.visit(line)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Without the annotation."""
        if node.value is not None:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        """A name stands for what is put into it."""
        self.visit(node.value)
        value = self._value(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name) and value is not None:
                self._names[target.id] = value

    def visit_Name(self, node: ast.Name) -> None:
        """What is named may be called."""
        self._lead_to(self._value(node))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """The same, by a module, a class or a value of a known class."""
        self._lead_to(self._value(node))
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        """What is called is made, and so is what is handed over to be called."""
        made = self._value(node.func)
        self._make(made)
        asks = isinstance(node.func, ast.Name) and node.func.id in _ASKED
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            if not asks:
                for kind in _classes_in(self._value(argument)):
                    self._make(kind)
            self.visit(argument)
        self.visit(node.func)

    def visit_Raise(self, node: ast.Raise) -> None:
        """`raise NoSuchThing` makes one too."""
        if node.exc is not None:
            self._make(self._value(node.exc))
        self.generic_visit(node)

    def _make(self, made: object) -> None:
        if not isinstance(made, type) or made in _BROAD:
            return
        if issubclass(made, Rejected):
            self._found.refusals.add(made)
        elif issubclass(made, Event) and "TYPE" in vars(made):
            self._found.events.add(made)

    def _lead_to(self, value: object) -> None:
        for kind in _classes_in(value) if isinstance(value, Mapping) else ():
            if issubclass(kind, Rejected):  # a table of refusals is one to choose from
                self._make(kind)
        if isinstance(value, Decider):
            self.calls += [value.boundary, value.decide]
        elif isinstance(value, property) and value.fget is not None:
            self.calls.append(value.fget)
        elif callable(value) and not isinstance(value, type):
            self.calls.append(value)

    def _value(self, node: ast.expr) -> Any:  # noqa: ANN401 - whatever a name stands for
        """What an expression is, as far as the code says it; None where it does not."""
        match node:
            case ast.Name(id=name):
                return self._names.get(name)
            case ast.Attribute(value=inner, attr=name):
                return _attribute(self._value(inner), name)
            case ast.Call(func=called):
                return _result(self._value(called))
            case ast.Subscript(value=inner):
                held = self._value(inner)
                return held if isinstance(held, Mapping | tuple) else None
            case ast.Await(value=inner):
                return self._value(inner)
            case _:
                return None


def _attribute(value: object, name: str) -> Any:  # noqa: ANN401 - whatever the attribute is
    if not isinstance(value, Of):
        plain = isinstance(value, types.ModuleType | type) or value is not None
        return inspect.getattr_static(value, name, None) if plain else None
    for kind in value.classes:
        member = inspect.getattr_static(kind, name, None)
        if isinstance(member, types.FunctionType | property):
            return member
        kinds = _kinds(_hints(kind).get(name))
        if kinds:
            return Of(kinds)
    return None


def _result(called: object) -> Any:  # noqa: ANN401 - what a call gives, as far as it is said
    if isinstance(called, type):
        return Of((called,))
    kinds = _kinds(_hints(called).get("return")) if callable(called) else ()
    return Of(kinds) if kinds else None


def _annotated(function: types.FunctionType) -> Mapping[str, tuple[type, ...]]:
    hints = {name: _kinds(hint) for name, hint in _hints(function).items() if name != "return"}
    return {name: kinds for name, kinds in hints.items() if kinds}


@cache
def _hints(of: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a class or a function
    """Annotations, one by one: what only a type checker imports is not known, and left out."""
    if not str(getattr(of, "__module__", "")).startswith(_OURS):
        return {}
    module = vars(sys.modules[of.__module__])
    read = {}
    parents = reversed(of.__mro__) if isinstance(of, type) else (of,)
    for parent in parents:
        for name, hint in inspect.get_annotations(parent).items():
            try:
                read[name] = eval(hint, module) if isinstance(hint, str) else hint  # noqa: S307 - our own annotations
            except (NameError, AttributeError, TypeError):
                continue
    return read


def _kinds(hint: object) -> tuple[type, ...]:
    """The classes that an annotation names: of a union all, of `tuple[X, ...]` none."""
    if typing.get_origin(hint) is typing.Annotated:
        hint = typing.get_args(hint)[0]
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return tuple(kind for part in typing.get_args(hint) for kind in _kinds(part))
    return (hint,) if isinstance(hint, type) and hint is not type(None) else ()


def _classes_in(value: object) -> Iterator[type]:
    """A class, or every class in a table of classes."""
    if isinstance(value, type):
        yield value
    elif isinstance(value, Mapping | tuple):
        parts: Iterable[object] = value.values() if isinstance(value, Mapping) else value
        for part in parts:
            yield from _classes_in(part)


def _closed_over(function: types.FunctionType) -> Mapping[str, Any]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    return {name: cell.cell_contents for name, cell in cells}


def _node_of(
    function: types.FunctionType,
) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None:
    return _functions_of(function.__code__.co_filename).get(
        (function.__code__.co_firstlineno, function.__name__)
    )


@cache
def _functions_of(
    file: str,
) -> Mapping[tuple[int, str], ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]:
    """Every function of a file, by its first line, decorators included, and its name."""
    with open(file, encoding="utf-8") as source:  # noqa: PTH123 - a code object names its file as text
        tree = ast.parse(source.read())
    functions: dict[tuple[int, str], Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            functions[first, node.name] = node
        elif isinstance(node, ast.Lambda):
            functions[node.lineno, "<lambda>"] = node
    return functions

"""Every request model of every service, and its example with something else in one place."""

from __future__ import annotations

import copy
import importlib
import pkgutil
from typing import TYPE_CHECKING, Any, TypeAlias

from shared.web.content.models import RequestModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Path = tuple[str | int, ...]
Json: TypeAlias = Any  # whatever a body holds


def models() -> list[type[RequestModel]]:
    """Every request model of every service."""
    for name in ("intake", "placement", "billing", "audit"):
        api = importlib.import_module(f"services.{name}.api")
        for module in pkgutil.iter_modules(api.__path__):
            importlib.import_module(f"{api.__name__}.{module.name}")
    own = (model for model in _below(RequestModel) if model.__module__.startswith("services."))
    return sorted(set(own), key=lambda model: (model.__module__, model.__name__))


def _below(model: type[RequestModel]) -> Iterator[type[RequestModel]]:
    for child in model.__subclasses__():
        yield child
        yield from _below(child)


def example(model: type[RequestModel]) -> Json:
    """What the model's document shows."""
    extra = model.model_config.get("json_schema_extra")
    return extra.get("example") if isinstance(extra, dict) else None


def places(value: Json, wanted: Callable[[Json], bool], at: Path = ()) -> Iterator[Path]:
    """Where a value holds what is wanted."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from places(part, wanted, (*at, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from places(part, wanted, (*at, index))
    elif wanted(value):
        yield at


def replaced(value: Json, at: Path, other: Json) -> Json:
    """The value with something else in one place."""
    changed = copy.deepcopy(value)
    within = changed
    for part in at[:-1]:
        within = within[part]
    within[at[-1]] = other
    return changed


def shown(wanted: Callable[[Json], bool]) -> Iterator[tuple[type[RequestModel], Path]]:
    """Every place in every model's example that holds what is wanted."""
    for model in models():
        for at in places(example(model), wanted):
            yield model, at


def named(model: type[RequestModel], at: Path) -> str:
    """The name of a place in a model, for a test's id."""
    return f"{model.__module__}.{model.__name__}-{'.'.join(map(str, at))}"

"""Words of a command that are imported when they are said: each starts as fast as it can."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@dataclass(frozen=True)
class Word:
    """Where a word is found, `module:function` or `module:typer app`, and what it is for."""

    target: str
    purpose: str


def speaking(
    words: Mapping[str, Word],
    purpose: str = "",
    callback: Callable[..., None] | None = None,
) -> typer.Typer:
    """A command of these words; none of them is imported before it is said.

    `callback` takes the options that stand before a word.
    """
    group = type("Words", (_Words,), {"words": words})
    app = typer.Typer(
        cls=group,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help=purpose,
    )
    app.callback()(callback or _nothing)
    return app


class _Words(TyperGroup):
    """A group whose commands are names until they are used."""

    words: Mapping[str, Word]

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - whatever Typer hands on
        super().__init__(**given)
        for name, word in self.words.items():
            self.add_command(_Later(name=name, help=word.purpose, word=word))


class _Later(TyperCommand):
    """A word that has not been said yet: its help is known, its module is not imported."""

    def __init__(self, *, name: str, word: Word, **given: Any) -> None:  # noqa: ANN401 - the same
        super().__init__(name, **given)
        self._word = word

    def make_context(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - Typer's own context
        """Now it is said: the real command takes over."""
        return self._meant().make_context(*given, **named)

    def _meant(self) -> Any:  # noqa: ANN401 - Typer's own command
        module, _, name = self._word.target.partition(":")
        command = getattr(import_module(module), name)
        if isinstance(command, typer.Typer):
            group = get_command(command)
            group.help = self._word.purpose
            return group
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(self.name, help=self._word.purpose)(command)
        return get_command(alone)


def _nothing() -> None:
    """What a group does before its words: nothing; it makes Typer see a group."""

"""What a command says: tables and lines for people, or one JSON document; and its exit status."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Final

import typer
from rich.console import Console, RenderableType

from cli.servers.process import ServerUnavailableError
from shared.service.setting import SettingsWrong

FINDING: Final = 1
WRONG_USE: Final = 2
COULD_NOT: Final = 3

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


class CouldNot(Exception):
    """The command could not do its work; the text says what to do next."""


class UsedWrongly(Exception):
    """The command was not told what it needs; the text says what to give it."""


class Output:
    """Where a command speaks: the result on standard output, everything else on standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._result = Console(highlight=False, soft_wrap=True, markup=False)
        self._aside = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)

    def say(self, text: str) -> None:
        """Tell how it goes."""
        self._aside.print(text, style="dim")

    def complain(self, text: str) -> None:
        """Tell what went wrong; in JSON it is the result."""
        if self.as_json:
            typer.echo(json.dumps({"error": text}))
        else:
            self._aside.print(f"accord: {text.strip()}")

    def result(self, document: Mapping[str, object], *shown: RenderableType) -> None:
        """Tell the result: the document to a machine, what is `shown` to a person."""
        if self.as_json:
            typer.echo(json.dumps(document))
        else:
            self._result.print(*map(_harmless, shown), sep="\n")


def _harmless(shown: RenderableType) -> RenderableType:
    """A text without what a terminal obeys: logs and files may be called, and say, anything."""
    if isinstance(shown, str):
        return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", shown)
    return shown


@contextmanager
def reporting(*, as_json: bool) -> Iterator[Output]:
    """The output of one command; foreseeable trouble becomes its text and its exit status."""
    output = Output(as_json=as_json)
    try:
        yield output
    except UsedWrongly as error:
        output.complain(str(error))
        raise typer.Exit(WRONG_USE) from None
    except (CouldNot, ServerUnavailableError, SettingsWrong, OSError) as error:
        output.complain(str(error))
        raise typer.Exit(COULD_NOT) from None
    except KeyboardInterrupt:
        output.complain("stopped before it was done")
        raise typer.Exit(COULD_NOT) from None

"""`accord keys new`: development keys of parties, and the key set that services check with."""

from pathlib import Path
from typing import Annotated

import typer

from cli.keys.tokens import PARTIES, new_keys
from cli.output import CouldNot, Json, reporting


def new(
    folder: Annotated[Path, typer.Argument(help="where the keys go")],
    party: Annotated[list[str] | None, typer.Option(help="a party; may be repeated")] = None,
    *,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        parties = party or list(PARTIES)
        try:
            jwks = new_keys(folder, parties)
        except OSError as error:
            raise CouldNot(
                f"{folder} cannot be used ({error.strerror}): give a folder that you may write to"
            ) from error
        document = {"folder": str(folder), "jwks": str(jwks), "parties": parties}
        output.result(document, f"keys of {', '.join(parties)} in {folder}; ACCORD_JWKS={jwks}")

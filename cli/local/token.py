"""`accord token`: a token for one office of a party, signed with the local stack's key."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.keys.tokens import READ_AND_WRITE, SERVICES, TokenWrong, mint
from cli.local.folder import DEFAULT, StackFolder
from cli.output import CouldNot, Json, UsedWrongly, reporting

TTL: Final = 43_200


def token(
    *,
    party: Annotated[str, typer.Option(help="the state, or XX for an independent office")],
    office: Annotated[str, typer.Option(help="intake-agency, court, facility-registry, …")],
    subject: Annotated[str, typer.Option(help="who it is within the office")],
    scope: Annotated[str, typer.Option(help="accord:read, accord:write or both")] = READ_AND_WRITE,
    service: Annotated[
        list[str] | None,
        typer.Option(help="a service that it is meant for; may be repeated; all of the stack's"),
    ] = None,
    ttl: Annotated[int, typer.Option(help="seconds that it is good for", min=1)] = TTL,
    folder: Annotated[Path, typer.Option(help="the stack's folder")] = DEFAULT,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        keys = _keys_in(folder)
        claims: dict[str, Any] = {
            "party": party,
            "office": office,
            "subject": subject,
            "scope": scope,
        }
        life = timedelta(seconds=min(ttl, 10**9))
        try:
            made = mint(keys, **claims, life=life, services=service or SERVICES)
        except TokenWrong as error:
            raise UsedWrongly(str(error)) from error
        output.result({"token": made, **claims, "expires_in": ttl}, made)


def _keys_in(folder: Path) -> Path:
    kept = StackFolder(folder)
    if not kept.jwks.exists():
        raise CouldNot(
            f"there are no keys in {kept.keys}: start the stack once with `accord up`, or make "
            f"them with `accord keys new {kept.keys}`"
        )
    return kept.keys

"""`accord reindex` makes the index of intake's vault again, by which persons are found (G9)."""

import asyncio
import os
from pathlib import Path
from typing import Final

import typer

from cli.migrate import MIGRATION_URL, Service, owner_url
from cli.output import FINDING, CouldNot, Json, UsedWrongly, reporting
from cli.rebuild import bar
from services.intake.identity_index import Reindexed
from services.intake.identity_index import reindex as made_again
from services.intake.vault import Vault, VaultSealedOtherwise
from services.intake.vault_keys import KeyFile, VaultKeyWrong
from shared.database.errors import Unavailable

VAULT_KEY_FILE: Final = "ACCORD_VAULT_KEY_FILE"


def reindex(*, as_json: Json = False) -> None:
    with reporting(as_json=as_json) as output:
        url, vault = owner_url(Service.INTAKE, os.environ), named_vault()
        with bar(output, "intake: persons") as told:
            try:
                made = asyncio.run(made_again(url, vault, told))
            except (Unavailable, VaultSealedOtherwise) as error:
                raise CouldNot(
                    f"the index is not whole: {error}. The database must be up and migrated,"
                    f" {MIGRATION_URL} must name its owner and {VAULT_KEY_FILE} the vault's key;"
                    " start again to go on"
                ) from error
        output.result(
            {"persons": made.persons, "changed": made.changed, "alike": made.alike}, *_told(made)
        )
        if made.alike:
            raise typer.Exit(FINDING)


def named_vault() -> Vault:
    """The vault whose keys the environment names."""
    named = os.environ.get(VAULT_KEY_FILE, "").strip()
    if not named:
        raise UsedWrongly(f"{VAULT_KEY_FILE} names no file: give the vault's keys, as intake has")
    try:
        return Vault(KeyFile(Path(named)))
    except VaultKeyWrong as error:
        raise UsedWrongly(str(error)) from error


def _told(made: Reindexed) -> tuple[str, ...]:
    count = f"{made.persons:,} persons are found as this version spells"
    return (
        f"intake: {count}, {made.changed:,} of them anew",
        *(
            f"{each} and {other} may be one person, no entry says so: look at both, then say"
            " :same-as or :different-from"
            for each, other in made.alike
        ),
    )

"""`accord vault rotate` puts every person's key under the vault's current key-encryption key."""

import asyncio
import os

import typer

from cli.migrate import MIGRATION_URL, Service, owner_url
from cli.output import FINDING, CouldNot, Json, reporting
from cli.rebuild import bar
from cli.reindex import VAULT_KEY_FILE, named_vault
from services.intake.key_rotation import Rotated
from services.intake.key_rotation import rotate as put_under
from shared.database.errors import Unavailable


def rotate(*, as_json: Json = False) -> None:
    with reporting(as_json=as_json) as output:
        url, vault = owner_url(Service.INTAKE, os.environ), named_vault()
        with bar(output, "intake: persons") as told:
            try:
                done = asyncio.run(put_under(url, vault, told))
            except Unavailable as error:
                raise CouldNot(
                    f"not every key is under the current one: {error}. The database must be up and"
                    f" migrated, {MIGRATION_URL} must name its owner and {VAULT_KEY_FILE} a file"
                    " with the current key and every one before it; start again to go on"
                ) from error
        others = {key: rows for key, rows in done.under.items() if key != vault.key_id}
        output.result(
            {
                "rewrapped": done.rewrapped,
                "current": vault.key_id,
                "under": done.under,
                "unopened": done.unopened,
            },
            *_told(done, vault.key_id, others),
        )
        if others or done.unopened:
            raise typer.Exit(FINDING)


def _told(done: Rotated, current: str, others: dict[str, int]) -> tuple[str, ...]:
    count = done.under.get(current, 0)
    said = f"{done.rewrapped:,} persons' keys are encrypted anew: {count:,} are under key {current}"
    if done.unopened:
        people = f"no key of {VAULT_KEY_FILE} opens {', '.join(done.unopened)}"
        todo = "put the line back as retired and start again, or restore the damaged row"
        return (f"intake: {said}", f"{people}: {todo}")
    if others:
        left = ", ".join(f"{rows:,} under {key}" for key, rows in sorted(others.items()))
        return (f"intake: {said}", f"{left} since this began: start again to go on")
    again = (
        "once every process has the new file, run this again before you take the retired lines out"
    )
    return (f"intake: {said}", f"no key but the current one is needed: {again}")

"""A new key-encryption key without a stop: reads and registrations go on, and the old one goes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from cli.output import COULD_NOT, FINDING, WRONG_USE
from services.intake import key_rotation
from services.intake.key_rotation import Rotated, rotate
from services.intake.settings import IntakeSettings
from services.intake.vault import Vault
from services.intake.vault_keys import KeyFile, VaultKeys, file_of, read_keys
from shared.database.errors import Unavailable
from shared.kernel.ids import PersonId
from tests.integration.cli.test_migrate import run
from tests.integration.intake.agencies import Agencies, made

READ = {"purpose": "correction"}
WHY = {"reason": "registered-in-error", "document": "ab" * 32}
PAPER = {"kind": "national-id", "number": "SYN-ID-3", "issued_by": "VEN"}


class Killed(Exception):
    """The rotation ends here."""


def killed(done: int, of: int) -> None:
    """After the first page of two, of the seven whom there are."""
    assert (done, of) == (2, 7)
    raise Killed


def replaced(settings: IntakeSettings) -> VaultKeys:
    """A new key is the current one; gives the keys as they are then."""
    before = read_keys(settings.vault_key_file)
    keys = VaultKeys(before.index, bytes(reversed(before.current)), (before.current,))
    settings.vault_key_file.write_text(file_of(keys))
    return keys


async def under(url: str) -> set[str]:
    """The keys that anybody's row takes."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT DISTINCT key_encryption_key FROM sealed_persons")
        return {row["key_encryption_key"] for row in rows}
    finally:
        await connection.close()


async def name_of(agencies: Agencies, person: str) -> str:
    """Who a person is, read over HTTP."""
    path = f"/v1/persons/{person}:read"
    return str(made(await agencies.sender.post(path, READ))["identity"]["name"])


@pytest.mark.timeout(120)
async def test_a_killed_rotation_goes_on_while_persons_are_read_registered_changed_and_erased(
    agencies: Agencies, settings: IntakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "PAGE", 2)
    url = settings.database_url
    people = [await agencies.person(number) for number in range(1, 8)]
    made(await agencies.sender.post(f"/v1/persons/{people[5]}:erase", WHY))
    keys = replaced(settings)
    vault = Vault(KeyFile(settings.vault_key_file))

    with pytest.raises(Killed):
        await rotate(url, vault, killed)
    assert await under(url) == set(keys.wrapping)
    names = [await name_of(agencies, people[place]) for place in (0, 6)]
    assert names == ["Synthetic Person 1", "Synthetic Person 7"]
    rotated, new, *_ = await asyncio.gather(
        rotate(url, vault),
        agencies.person(8),
        name_of(agencies, people[4]),
        agencies.sender.post(f"/v1/persons/{people[3]}/documents", PAPER),
        agencies.sending_authority.post(f"/v1/persons/{people[5]}:erase", WHY),
    )
    again = await rotate(url, vault)
    assert rotated.rewrapped + again.rewrapped <= 5
    assert again.under == {keys.current_id: 7}

    settings.vault_key_file.write_text(file_of(VaultKeys(keys.index, keys.current)))
    await are_known(agencies, (*people[:5], people[6], new))


async def are_known(agencies: Agencies, people: Sequence[str]) -> None:
    """Everybody is read by the current key alone, found, and has what was added meanwhile."""
    names = [await name_of(agencies, person) for person in people]
    assert names == [f"Synthetic Person {number}" for number in (1, 2, 3, 4, 5, 7, 8)]
    shown = made(await agencies.sender.post(f"/v1/persons/{people[3]}:read", READ))
    assert [each["number"] for each in shown["identity"]["documents"]] == ["SYN-0004", "SYN-ID-3"]
    search = {"kind": "name", "name": "Synthetic Person 1", "birth_date": "1990-01-02"}
    body = {"purpose": "identification", "by": search}
    assert made(await agencies.sender.post("/v1/persons:search", body))["persons"] == [people[0]]


async def test_a_row_that_changed_since_it_was_read_is_left_as_it_is(
    agencies: Agencies, settings: IntakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody is erased, and somebody's row sealed anew, between the look and the change."""
    people = [await agencies.person(number) for number in (1, 2)]
    keys, url = replaced(settings), settings.database_url
    vault = Vault(KeyFile(settings.vault_key_file))
    looked = key_rotation.page_under_others

    async def then_changed(*given: object) -> object:
        page = await looked(*given)  # type: ignore[arg-type]  # as it was called
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("DELETE FROM sealed_persons WHERE person = $1", people[0])
            await connection.execute("UPDATE sealed_persons SET sealed_key = 'x'::bytea")
        finally:
            await connection.close()
        return page

    monkeypatch.setattr(key_rotation, "page_under_others", then_changed)
    old = next(iter(keys.wrapping))
    assert await rotate(url, vault) == Rotated(0, {old: 1})


async def test_the_command_says_what_it_did_and_what_it_lacks(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    await agencies.person()
    before = settings.vault_key_file.read_text()
    keys = replaced(settings)
    environ = {
        "ACCORD_MIGRATION_URL": settings.database_url,
        "ACCORD_VAULT_KEY_FILE": str(settings.vault_key_file),
    }
    done = run("vault", "rotate", **environ)
    assert (done.returncode, "take the retired lines out" in done.stdout) == (0, True), done
    assert await under(settings.database_url) == {keys.current_id}
    settings.vault_key_file.write_text(before)
    for changed, status, words in (
        ({}, FINDING, "put the line back as retired"),
        ({"ACCORD_VAULT_KEY_FILE": ""}, WRONG_USE, "names no file"),
        ({"ACCORD_MIGRATION_URL": "postgresql://a@127.0.0.1:1/b"}, COULD_NOT, "must be up"),
    ):
        refused = run("vault", "rotate", **{**environ, **changed})
        assert (refused.returncode, words in refused.stdout + refused.stderr) == (status, True), (
            refused
        )


async def test_a_damaged_row_keeps_nobody_else_back(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    people = sorted([await agencies.person(number) for number in (1, 2, 3)])
    keys, url = replaced(settings), settings.database_url
    connection = await asyncpg.connect(url)
    try:
        damage = "UPDATE sealed_persons SET sealed_key = $1 WHERE person = $2"
        await connection.execute(damage, bytes(60), people[0])
    finally:
        await connection.close()
    old = next(iter(keys.wrapping))
    rotated = await rotate(url, Vault(KeyFile(settings.vault_key_file)))
    assert rotated == Rotated(2, {keys.current_id: 2, old: 1}, (PersonId(people[0]),))


async def test_without_its_key_or_its_database_nothing_is_done(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    person = await agencies.person()
    others = Vault(lambda: VaultKeys(b"i" * 32, b"x" * 32))
    rotated = await rotate(settings.database_url, others)
    assert (rotated.rewrapped, rotated.unopened) == (0, (person,))
    with pytest.raises(Unavailable, match="what was done is kept"):
        await rotate("postgresql://somebody@127.0.0.1:1/intake", others)

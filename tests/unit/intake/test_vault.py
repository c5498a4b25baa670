"""The vault keeps who a person is, and nobody reads it with another key or under another name."""

from datetime import date

import msgspec
import pytest

from services.intake.vault import (
    Identity,
    IdentityDocument,
    Vault,
    VaultSealedOtherwise,
    commitment,
    held_documents,
)
from services.intake.vault_keys import VaultKeys
from shared.kernel.ids import PersonId
from tests.support.bad_input import rows

KEYS = VaultKeys(b"i" * 32, b"k" * 32)
VAULT = Vault(lambda: KEYS)
NEWER = VaultKeys(KEYS.index, b"n" * 32, (KEYS.current,))
PERSON = PersonId("01955e3a-0000-7000-8000-000000000001")
IDENTITY = Identity(
    name="Synthetic Person 1",
    birth_date=date(1990, 1, 2),
    sex="male",
    documents=(IdentityDocument("passport", "SYN-0001", "VEN"),),
)


def test_what_was_sealed_opens_with_its_commitment() -> None:
    sealed, promised = VAULT.seal(PERSON, IDENTITY)
    assert VAULT.open(sealed) == (IDENTITY, promised.commitment)


def test_g9_a_document_that_is_added_later_is_kept_with_the_others_under_the_same_salt() -> None:
    sealed, promised = VAULT.seal(PERSON, IDENTITY)
    paper = IdentityDocument("national-id", "SYN-ID-1", "VEN")
    added = VAULT.add(sealed, paper)
    identity, now = VAULT.open(added.sealed)
    assert identity.documents == (*IDENTITY.documents, paper)
    assert (added.before, added.commitment) == (promised.commitment, now)
    assert added.document not in promised.documents
    same = VAULT.add(added.sealed, msgspec.structs.replace(paper, number="syn id 1"))
    assert same.document == added.document


def test_nothing_of_the_identity_can_be_seen_in_what_is_kept() -> None:
    sealed, promised = VAULT.seal(PERSON, IDENTITY)
    hashes = (promised.commitment, *(held.paper for held in promised.documents))
    kept = sealed.sealed_key + sealed.sealed_identity + "".join(hashes).encode()
    for personal in (b"Synthetic", b"1990", b"SYN-0001", b"passport", b"k" * 8):
        assert personal not in kept


def test_the_same_person_twice_has_nothing_in_common() -> None:
    first, one = VAULT.seal(PERSON, IDENTITY)
    second, other = VAULT.seal(PERSON, IDENTITY)
    assert one.commitment != other.commitment
    assert {held.paper for held in one.documents}.isdisjoint(held.paper for held in other.documents)
    assert first.sealed_key != second.sealed_key
    assert first.sealed_identity != second.sealed_identity


def test_the_commitment_is_salted() -> None:
    assert commitment(b"a" * 32, IDENTITY) != commitment(b"b" * 32, IDENTITY)
    renamed = msgspec.structs.replace(IDENTITY, name="Synthetic Person 2")
    assert commitment(b"a" * 32, renamed) != commitment(b"a" * 32, IDENTITY)


@pytest.mark.parametrize(("number", "other", "right"), rows("same_documents"))
def test_g9_one_paper_is_one_whatever_its_kind_and_spelling(
    number: str, other: str, right: str
) -> None:
    """Two numbers that look the same are no two independent identifiers either."""
    both = (IdentityDocument("passport", number, "VEN"), IdentityDocument("other", other, "VEN"))
    held = VAULT.seal(PERSON, msgspec.structs.replace(IDENTITY, documents=both))[1].documents
    assert [each.kind for each in held] == ["other", "passport"]
    assert (held[0].paper == held[1].paper) == (right != "other")


def test_g9_a_document_that_is_shown_twice_is_held_once_and_each_states_is_its_own() -> None:
    shown = IDENTITY.documents[0]
    again = IdentityDocument("passport", "syn 0001", "VEN")
    elsewhere = IdentityDocument("passport", "SYN-0001", "COL")
    held = held_documents(
        b"s" * 32, msgspec.structs.replace(IDENTITY, documents=(shown, again, elsewhere))
    )
    assert len(held) == 2
    alone = msgspec.structs.replace(IDENTITY, documents=(shown,))
    assert set(held_documents(b"s" * 32, alone)) < set(held)


def test_another_key_encryption_key_opens_nothing() -> None:
    sealed, _ = VAULT.seal(PERSON, IDENTITY)
    with pytest.raises(VaultSealedOtherwise) as caught:
        Vault(lambda: VaultKeys(KEYS.index, b"x" * 32)).open(sealed)
    assert VAULT.key_id in str(caught.value)


def test_a_new_key_opens_what_the_one_before_sealed_and_after_that_the_old_one_is_not_needed() -> (
    None
):
    sealed, promised = VAULT.seal(PERSON, IDENTITY)
    newer, alone = Vault(lambda: NEWER), Vault(lambda: VaultKeys(KEYS.index, NEWER.current))
    assert newer.open(sealed) == (IDENTITY, promised.commitment)
    anew = newer.rewrapped(sealed)
    assert (anew.sealed_identity, anew.key_encryption_key) == (
        sealed.sealed_identity,
        alone.key_id,
    )
    assert alone.open(anew) == (IDENTITY, promised.commitment)
    with pytest.raises(VaultSealedOtherwise):
        alone.open(sealed)
    with pytest.raises(VaultSealedOtherwise):
        VAULT.rewrapped(anew)
    paper = IdentityDocument("national-id", "SYN-ID-1", "VEN")
    assert alone.open(newer.add(sealed, paper).sealed)[0].documents[-1] == paper
    lying = msgspec.structs.replace(sealed, key_encryption_key=alone.key_id)
    with pytest.raises(VaultSealedOtherwise):
        alone.rewrapped(lying)


def test_a_row_does_not_open_under_another_pseudonym() -> None:
    sealed, _ = VAULT.seal(PERSON, IDENTITY)
    with pytest.raises(VaultSealedOtherwise):
        VAULT.open(msgspec.structs.replace(sealed, person=PersonId("somebody else")))


@pytest.mark.parametrize("field", ["sealed_key", "sealed_identity"])
def test_a_changed_byte_opens_nothing(field: str) -> None:
    sealed, _ = VAULT.seal(PERSON, IDENTITY)
    whole: bytes = getattr(sealed, field)
    changed = {field: whole[:-1] + bytes([whole[-1] ^ 1])}
    with pytest.raises(VaultSealedOtherwise):
        VAULT.open(msgspec.structs.replace(sealed, **changed))


@pytest.mark.parametrize(
    ("name", "number"),
    [("SYNTHETIC PERSON 1", "syn 0001"), ("1, Person Synthétic", "SYN/0001"), ("x", "SYN0001")],
)
def test_g9_a_document_and_a_name_are_found_again_however_they_are_written(
    name: str, number: str
) -> None:
    known = VAULT.keys(IDENTITY)
    again = msgspec.structs.replace(
        IDENTITY, name=name, documents=(IdentityDocument("passport", number, "VEN"),)
    )
    assert VAULT.keys(again).documents == known.documents
    found = VAULT.keys_of_name(name, date(1990, 1, 2))
    assert bool(found & known.alike) == (name != "x")


@pytest.mark.parametrize(
    "changed",
    [
        {"birth_date": date(1990, 1, 3)},
        {"name": "Synthetic Person 2"},
        {"documents": (IdentityDocument("national-id", "SYN-0001", "VEN"),)},
        {"documents": (IdentityDocument("passport", "SYN-0001", "COL"),)},
        {"documents": (IdentityDocument("passport", "--", "VEN"),)},
    ],
)
def test_g9_somebody_else_has_another_key(changed: dict[str, object]) -> None:
    other = VAULT.keys(msgspec.structs.replace(IDENTITY, **changed))
    assert other != VAULT.keys(IDENTITY)


def test_the_index_says_nothing_without_its_key_and_outlives_the_other() -> None:
    others = Vault(lambda: VaultKeys(b"x" * 32, KEYS.current))
    ours, theirs = VAULT.keys(IDENTITY).every(), others.keys(IDENTITY).every()
    assert Vault(lambda: NEWER).keys(IDENTITY).every() == ours
    assert len(ours) == 5
    assert not set(ours) & set(theirs)

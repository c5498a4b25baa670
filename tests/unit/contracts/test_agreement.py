"""The agreement document: what is accepted, and how what is not is named."""

import hashlib
import json
import re
from copy import deepcopy
from datetime import date
from typing import Any

import msgspec
import pytest

from shared.contracts.agreement import (
    AgreementDocument,
    agreed_on,
    as_plain,
    digest,
    read_agreement,
)
from shared.contracts.canonical_json import canonical
from shared.contracts.intake import AgreementActivated, AgreementProposed
from shared.kernel.ids import FacilityId
from shared.ledger.entry import decode
from shared.tariff.prepaid import Prepaid
from tests.support.bad_input import rows
from tests.support.entries import entry
from tests.support.first_agreement import first_agreement


def first() -> dict[str, Any]:
    """The first agreement with every scalar as text, as YAML without guessed types gives it."""
    return deepcopy(first_agreement())


def test_the_first_agreement_has_the_reported_terms() -> None:
    document = read_agreement(first())
    assert document.ref == "usa-slv-2025@1"
    assert (document.party("sending"), document.party("receiving")) == ("USA", "SLV")
    assert document.effective.nights == 365
    (grant,) = document.tariff.components
    assert isinstance(grant, Prepaid)
    assert str(grant.amount) == "USD 4,760,000.00"
    assert (grant.persons, grant.nights) == (238, 365)
    assert grant.amount.minor // grant.persons == 20_000_00
    cecot = document.facility(FacilityId("cecot"))
    assert cecot is not None
    assert cecot.timezone == "America/El_Salvador"
    assert document.facility(FacilityId("elsewhere")) is None


def test_the_offer_to_take_nationals_of_the_sender_is_recorded() -> None:
    assert "sentenced-national-of-sender" in read_agreement(first()).admission.kinds


def test_the_agreement_ends_before_its_last_date() -> None:
    document = read_agreement(first())
    assert agreed_on(date(2025, 3, 16), document)
    assert not agreed_on(date(2025, 3, 15), document)
    assert not agreed_on(date(2026, 3, 16), document)


def test_what_is_signed_does_not_depend_on_how_it_was_written() -> None:
    document = read_agreement(first())
    again = read_agreement(dict(reversed(first().items())))
    assert digest(again) == digest(document)
    assert read_agreement(as_plain(document)) == document


def test_another_term_is_another_digest() -> None:
    raw = first()
    raw["tariff"]["components"][0]["persons"] = "239"
    assert digest(read_agreement(raw)) != digest(read_agreement(first()))


def changed(path: str, value: object) -> dict[str, Any]:
    """The first agreement with one value changed or added, at a path of dots."""
    raw = first()
    *parents, last = path.split(".")
    at: Any = raw
    for part in parents:
        at = at[int(part)] if part.isdigit() else at[part]
    at[last] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("fee", "1", "unknown field `fee`"),
        ("tariff.fee", "1", "unknown field `fee` - at `$.tariff`"),
        ("tariff.components.0.fee", "1", "unknown field `fee` - at `$.tariff.components[0]`"),
        ("required_facts.0.office", "janitor", "`$.required_facts[0].office`"),
        ("parties.sending", "usa", "`$.parties.sending`"),
        ("parties.sending", "SLV", "the same - at `$.parties`"),
        ("effective.start", "2025-02-30", "`$.effective.start`"),
        ("effective.end", "2025-03-16", "empty: its end must be after its start"),
        ("effective.end", "yesterday", "`$.effective.end`"),
        ("version", "0", "`$.version`"),
        ("version", "1.5", "`$.version`"),
        ("contest_days", "-1", "`$.contest_days`"),
        ("facilities.0.timezone", "../etc/passwd", "`$.facilities[0].timezone`"),
        ("tariff.components.0.kind", "per-week", "Invalid value 'per-week'"),
        ("tariff.components.0.amount.amount", "4760000.0", "exactly 2 digits"),
        ("tariff.components.0.amount.amount", "4760000.000", "exactly 2 digits"),
        ("tariff.components.0.amount.amount", "-1.00", "not negative"),
        ("tariff.components.0.amount.currency", "EUR", "must be an amount in USD"),
        ("tariff.components.0.amount.currency", "XYZ", "unknown currency"),
        ("tariff.components.0.persons", "0", "`$.tariff.components[0].persons`"),
        ("night_rule", "both-count", "`$.night_rule`"),
    ],
)
def test_a_bad_term_is_refused_with_the_path_to_it(path: str, value: object, named: str) -> None:
    with pytest.raises(ValueError, match=re.escape(named)):
        read_agreement(changed(path, value))


@pytest.mark.parametrize(("path", "written"), rows("agreement_numbers"))
def test_a_whole_number_of_an_agreement_is_signed_as_it_was_written(
    path: str, written: str
) -> None:
    with pytest.raises(ValueError, match=rf"`\$\.{path.split('.', maxsplit=1)[0]}"):
        read_agreement(changed(path, written))


def test_a_missing_term_is_named() -> None:
    raw = first()
    del raw["admission"]["kinds"]
    with pytest.raises(ValueError, match=r"required field `kinds` - at `\$\.admission`"):
        read_agreement(raw)


def test_two_components_with_one_id_are_refused() -> None:
    raw = first()
    raw["tariff"]["components"] *= 2
    with pytest.raises(ValueError, match="two tariff components have the same id"):
        read_agreement(raw)


@pytest.mark.parametrize("raw", [None, [], "text", {}, {"agreement": ["deep", {"er": 1}]}])
def test_what_is_no_agreement_at_all_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match=r"Expected|missing"):
        read_agreement(raw)


def test_a_price_per_night_is_an_amount_too() -> None:
    component = {
        "kind": "per-night",
        "id": "bed",
        "rate": {"amount": "45.00", "currency": "USD"},
        "rounding": {"mode": "half-even", "place": "2"},
    }
    document: AgreementDocument = read_agreement(changed("tariff.components", [component]))
    assert document.tariff.components[0].id == "bed"


class Grown(AgreementDocument, frozen=True, kw_only=True):
    """The document as a later version of Accord has it: with a term that this one did not have."""

    quarantine_days: int = 0
    escorts: tuple[str, ...] = ()


def test_an_agreement_keeps_its_digest_when_the_document_gains_an_optional_field() -> None:
    document = read_agreement(first())
    later = msgspec.convert(msgspec.to_builtins(document), Grown)
    assert digest(later) == digest(document)
    assert canonical(later) == canonical(document)
    longer = msgspec.convert({**first(), "quarantine_days": "3"}, Grown, strict=False)
    assert digest(longer) != digest(document), "a term that is there is signed"


def test_what_is_signed_is_canonical_json_that_other_software_makes_too() -> None:
    """RFC 8785 by the standard library: these documents hold ASCII keys and no fractions."""
    document = read_agreement(first())
    signed = canonical(document)
    plain = json.loads(signed)
    again = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert again.encode() == signed
    assert digest(document) == hashlib.sha256(signed).hexdigest()
    assert msgspec.json.decode(signed, type=AgreementDocument) == document


def test_a_term_at_its_default_is_signed_like_one_that_was_left_out() -> None:
    document = read_agreement(first())
    assert b"night_rule" not in canonical(document)
    said = read_agreement(changed("night_rule", "arrival-counts-departure-does-not"))
    assert digest(said) == digest(document)


def test_the_signed_bytes_stand_in_the_entries_word_for_word() -> None:
    document = read_agreement(first())
    terms: dict[str, Any] = {
        "agreement": document.ref,
        "digest": digest(document),
        "document": document,
    }
    for event in (AgreementProposed(**terms), AgreementActivated(**terms)):
        written = entry(0, event)
        assert b'"document":' + canonical(document) in written
        assert decode(written).event == event

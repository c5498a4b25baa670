"""The agreement document: what both states signed, as a validated value.

Its YAML stands in `agreements/`. Every key is known; an unknown one is refused with the path to it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from shared.contracts.canonical_json import canonical
from shared.contracts.lawful_end import MarginDays
from shared.kernel.bounds import DAY_AFTER, FIRST_DAY
from shared.kernel.codes import (
    CaseKind,
    Category,
    FactKind,
    NationalityCode,
    OffenceCode,
    Office,
    Side,
    Slug,
    StateCode,
    Timezone,
)
from shared.kernel.dates import DatePeriod
from shared.kernel.ids import AgreementId, AgreementRef, FacilityId, agreement_ref
from shared.kernel.reference.named_codes import faults
from shared.tariff.coverage import contradictions
from shared.tariff.registry import Component


class Parties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The two states: who sends and who receives."""

    sending: StateCode
    receiving: StateCode

    def __post_init__(self) -> None:
        """A state makes no agreement with itself."""
        if self.sending == self.receiving:
            message = "the sending and the receiving state are the same"
            raise ValueError(message)


class RequiredFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that must be shown before clearance, and whose office signs it."""

    fact: FactKind
    side: Side
    office: Office


class AgreedFacility(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A facility that the receiving state offers places in."""

    facility: FacilityId
    timezone: Timezone


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clause of the agreement's own: nobody of these categories is sent under it (G8)."""

    clause: Slug
    excludes: Annotated[tuple[Category, ...], Meta(min_length=1)]


class Admission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may be proposed: kinds of case, offences (ICCS; all when empty), nationalities that are
    excluded, and what else a clause excludes by.
    """

    kinds: tuple[CaseKind, ...]
    offences: tuple[OffenceCode, ...] = ()
    excluded_nationalities: tuple[NationalityCode, ...] = ()
    clauses: tuple[Clause, ...] = ()


class Tariff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What custody costs, in one currency; what each component charges for: `shared/tariff`."""

    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z", extra={"names": "currency"})]
    components: tuple[Component, ...]

    def __post_init__(self) -> None:
        """Every component can be charged by as it is written."""
        for wrong in contradictions(self.components, self.currency):
            raise ValueError(wrong)


class LongestValidity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days after it was made an assessment stands, whatever it says of itself."""

    risk_assessment_days: Annotated[int, Meta(ge=1, le=3660)] = 365
    fitness_days: Annotated[int, Meta(ge=1, le=3660)] = 90


class ReturnTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How soon an ordered return has to be completed, and which side bears its cost (G16)."""

    days: Annotated[int, Meta(ge=1, le=365)] = 14
    """After the day of the order, in UTC: the return is due with the last second of that day (D4).
    """
    cost_of: Side = "sending"


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days the identity of whoever was proposed under the agreement is kept at least,
    once nobody holds them: nobody is erased before (G12).
    """

    after_departure_days: Annotated[int, Meta(ge=365, le=36600)] = 3653
    """From the day on which whoever had departed was back with the sending state: ten years."""
    otherwise_days: Annotated[int, Meta(ge=0, le=36600)] = 365
    """From the day on which the case of somebody who never departed was withdrawn."""


NightRule = Literal["arrival-counts-departure-does-not", "midnight-census"]
"""Under both the day of arrival is a night and the day of departure is none. Who leaves on the day
of arrival has that one night under the first; under the second, which charges whoever is there at
midnight, none.
"""


class AgreementDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one agreement."""

    agreement: Annotated[AgreementId, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z")]
    version: Annotated[int, Meta(ge=1, le=100_000)]
    parties: Parties
    effective: DatePeriod
    admission: Admission
    required_facts: tuple[RequiredFact, ...]
    facilities: tuple[AgreedFacility, ...]
    tariff: Tariff
    contest_days: Annotated[int, Meta(ge=0, le=365)] = 0
    """How long after notice the person may contest the transfer before clearance (G10)."""
    longest_validity: LongestValidity = LongestValidity()
    """What may be shown for longer, and what the agreement does not mention, stands as long."""
    night_rule: NightRule = "arrival-counts-departure-does-not"
    """Which nights of a stay are owed (F10)."""
    termination_notice_days: Annotated[int, Meta(ge=0, le=3660)] = 0
    """How many days after the day of a notice of termination the agreement has for its last; where
    it does not mention any, the day of the notice.
    """
    returns: ReturnTerms = ReturnTerms()
    """What binds whoever carries out a return that is ordered (G16)."""
    retention: Retention = Retention()
    """How long it is known at least who somebody was."""
    onward_countries: tuple[StateCode, ...] = ()
    """Where persons may be sent on to from there: an assessment of the risk covers each (G5)."""
    return_margin_days: MarginDays = 30
    """How many days before a person's lawful end their return is to begin (G15)."""

    def __post_init__(self) -> None:
        """Its days, and those of its components, are of our time: every month can be reckoned."""
        own = (component.effective for component in self.tariff.components)
        for days in (self.effective, *filter(None, own)):
            if days.start < FIRST_DAY or days.end > DAY_AFTER:
                message = f"{days.start} to {days.end} is not within the years 1900 to 2199"
                raise ValueError(message)

    @property
    def ref(self) -> AgreementRef:
        """The agreement and its version: `usa-slv-2025@1`."""
        return agreement_ref(self.agreement, self.version)

    def party(self, side: Side) -> str:
        """The state on a side."""
        return self.parties.sending if side == "sending" else self.parties.receiving

    def facility(self, facility: FacilityId) -> AgreedFacility | None:
        """The agreed facility of that name, if there is one."""
        return next((known for known in self.facilities if known.facility == facility), None)


def read_agreement(raw: object) -> AgreementDocument:
    """Validate a parsed document whose scalars are text (YAML without guessed types).

    Raises `ValueError` that names the path, e.g. "Object contains unknown field `fee` - at
    `$.tariff`".
    """
    document = msgspec.convert(raw, AgreementDocument, strict=False)
    for fault in (*_respelled(raw, as_plain(document), "$"), *faults(document)):
        raise ValueError(fault)
    return document


def _respelled(raw: object, read: object, path: str) -> Iterator[str]:
    """Numbers that were written in another way than they are signed: `1e2` is no 100 here."""
    if isinstance(raw, Mapping) and isinstance(read, Mapping):
        for name, part in raw.items():
            yield from _respelled(part, read[name], f"{path}.{name}")
    elif isinstance(raw, list | tuple) and isinstance(read, list | tuple):
        for index, (part, its) in enumerate(zip(raw, read, strict=True)):
            yield from _respelled(part, its, f"{path}[{index}]")
    elif isinstance(raw, str) and not isinstance(read, str) and raw != str(read):
        yield f"write {read} in digits alone, not {raw[:40]!r} - at `{path}`"


def digest(document: AgreementDocument) -> str:
    """What both parties sign: SHA-256 over the document's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def as_plain(document: AgreementDocument) -> dict[str, Any]:
    """The document as plain values, for an API's answer."""
    plain: dict[str, Any] = msgspec.to_builtins(document)
    return plain


def agreed_on(day: date, document: AgreementDocument) -> bool:
    """Whether a date is within the agreement's effective period."""
    return day in document.effective

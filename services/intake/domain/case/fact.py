"""What a fact of a case can say, kind by kind."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta

from shared.kernel.bounds import DaysRemaining
from shared.kernel.codes import (
    Code,
    Country,
    FactKind,
    IdentifierKind,
    Language,
    NationalityCode,
    OffenceCode,
)

Countries = Annotated[tuple[Country, ...], Meta(max_length=20)]
Nationalities = Annotated[tuple[NationalityCode, ...], Meta(max_length=20)]


class Identity(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity"
):
    """Who the person is, by independent identifiers (G9)."""

    identifiers: Annotated[tuple[IdentifierKind, ...], Meta(max_length=20)]


class IdentityDispute(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="identity-dispute",
):
    """The person is not, or may not be, who they are said to be (G9)."""


class LegalBasis(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="legal-basis"
):
    """The judgment that the transfer rests on (G6)."""

    court: Code
    reference: Code
    judged_on: date
    final_on: date | None
    """The day from which nobody can appeal; a judgment without one is not final."""
    offence: OffenceCode
    days_remaining: DaysRemaining
    counted_on: date | None = None
    """The day on which they remain: that of the signature, unless another one is named."""


class Nationality(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="nationality"
):
    """The person's nationalities, or that they are disputed (G7)."""

    nationalities: Nationalities
    disputed: bool
    instrument: Code | None = None


class RiskAssessment(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="risk-assessment"
):
    """Whether there are substantial grounds to fear ill-treatment there or beyond (G5)."""

    destination: Country
    onward: Countries
    substantial_grounds: bool
    valid_until: date
    assessed_on: date | None = None
    """The day of the assessment: that of the signature, unless another one is named."""


class Fitness(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="fitness"
):
    """Whether the person is fit to travel."""

    fit: bool
    valid_until: date
    assessed_on: date | None = None
    """The day of the examination: that of the signature, unless another one is named."""


class Notice(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="notice"
):
    """Notice in a language that the person understands (G10)."""

    language: Language
    served_on: date


class Counsel(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="counsel"
):
    """The person had access to counsel (G10)."""

    accessed_on: date


class Consular(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="consular"
):
    """Consular notice was offered, and the answer (G11)."""

    offered_on: date
    answer: Literal["accepted", "declined", "withheld-without-consent"]


class Opinion(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="opinion"
):
    """What the person says about the transfer."""

    opinion: Literal["consents", "objects", "gives-none"]


FactContent = (
    Identity
    | IdentityDispute
    | LegalBasis
    | Nationality
    | RiskAssessment
    | Fitness
    | Notice
    | Counsel
    | Consular
    | Opinion
)


def kind_of(content: FactContent) -> FactKind:
    """The kind of fact that a content is about."""
    if isinstance(content, IdentityDispute):
        return "identity"
    return cast("FactKind", type(content).__struct_config__.tag)

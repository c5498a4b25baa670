"""The codes that events, the agreement and its tariff are written in.

An entry carries codes and references, never free text.
"""

from typing import Annotated, Literal

from msgspec import Meta

Country = Annotated[
    str,
    Meta(pattern=r"^[A-Z]{3}\Z", description="ISO 3166-1 alpha-3", extra={"names": "country"}),
]
StateCode = Annotated[
    str,
    Meta(pattern=r"^[A-Z]{3}\Z", description="ISO 3166-1 alpha-3", extra={"names": "state"}),
]
"""A country that is a state, and no territory of one: it has nationals (G7)."""
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z", description="A short name")]
Party = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z]{3}\Z|^XX\Z",
        description="A state, or XX: independent",
        extra={"names": "party"},
    ),
]
Code = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9./:_#-]*( [A-Za-z0-9./:_#-]+)*\Z",
        max_length=80,
        description="A reference or code: words with one blank between them, and none around them",
    ),
]
Body = Annotated[
    str,
    Meta(
        pattern=r"^[!-.0-~]{1,100}\Z",
        description="A court, firm or unit, as a subject names it before its first /",
    ),
]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z", description="SHA-256 in hexadecimal")]
NationalityCode = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z]{3}\Z",
        description="ISO 3166-1 alpha-3, or ICAO 9303: XXA, XXB, XXC, XXX, UNK (undetermined, G7)",
        extra={"names": "nationality"},
    ),
]
OffenceCode = Annotated[
    str,
    Meta(pattern=r"^[0-9]{4,6}\Z", description="ICCS 1.0 offence code", extra={"names": "offence"}),
]
Language = Annotated[
    str, Meta(pattern=r"^[a-z]{2,3}\Z", description="ISO 639", extra={"names": "language"})
]
Timezone = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}\Z",
        max_length=64,
        extra={"names": "timezone"},
    ),
]

CaseKind = Literal["third-country", "repatriation", "sentenced-national-of-sender"]
Side = Literal["sending", "receiving"]
Office = Literal[
    "intake-agency",
    "central-authority",
    "escort",
    "court",
    "counsel",
    "consulate",
    "facility-registry",
    "monitor",
    "treasury",
    "auditor",
    "ops",
]
FactKind = Literal[
    "identity",
    "legal-basis",
    "nationality",
    "risk-assessment",
    "fitness",
    "notice",
    "counsel",
    "consular",
    "opinion",
    "acceptance",
]
IdentifierKind = Literal[
    "passport",
    "national-id",
    "fingerprints",
    "iris",
    "dna",
    "birth-record",
    "consular-confirmation",
]
DocumentKind = Literal["passport", "national-id", "birth-record", "other"]
"""What the vault holds of a person on paper."""
ExclusionKind = Literal[
    "minor",
    "pregnancy",
    "serious-illness",
    "pending-proceedings",
    "undecided-asylum-claim",
]
"""Whom nobody transfers, whatever was agreed (G8)."""
Aspect = Literal["sex", "age", "security", "medical"]
Category = Literal[
    "female",
    "male",
    "other-sex",
    "adult",
    "minor",
    "low-security",
    "medium-security",
    "high-security",
    "no-medical-needs",
    "medical-needs",
]
"""What a person is, in codes alone; an agreement's own clauses exclude by them (G8)."""
ASPECT_OF: dict[Category, Aspect] = {
    "female": "sex",
    "male": "sex",
    "other-sex": "sex",
    "adult": "age",
    "minor": "age",
    "low-security": "security",
    "medium-security": "security",
    "high-security": "security",
    "no-medical-needs": "medical",
    "medical-needs": "medical",
}
"""Of each aspect a person is of one category."""
HoldForm = Literal["written", "electronic", "oral"]
Release = Literal["released"]

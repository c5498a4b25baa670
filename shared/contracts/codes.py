"""The codes that events and the agreement are written in. An entry carries codes and references,
never free text.
"""

from typing import Annotated, Literal

from msgspec import Meta

Country = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z", description="ISO 3166-1 alpha-3")]
Party = Annotated[
    str, Meta(pattern=r"^[A-Z]{3}\Z|^XX\Z", description="A state, or XX: independent")
]
Code = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./:_#-]{0,79}\Z", description="A reference or code"),
]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z", description="A short name")]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z", description="SHA-256 in hexadecimal")]
OffenceCode = Annotated[str, Meta(pattern=r"^[0-9]{4,6}\Z", description="ICCS offence code")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}\Z", description="ISO 639")]
Timezone = Annotated[str, Meta(pattern=r"^[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}\Z", max_length=64)]

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
CaseKind = Literal["third-country", "repatriation", "sentenced-national-of-sender"]
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
HoldForm = Literal["written", "electronic", "oral"]
Release = Literal["released", "returned"]

"""The codes that a tariff is written in; the other codes of entries stand in the contracts."""

from typing import Annotated, Literal

from msgspec import Meta

Country = Annotated[
    str,
    Meta(pattern=r"^[A-Z]{3}\Z", description="ISO 3166-1 alpha-3", extra={"names": "country"}),
]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z", description="A short name")]
CaseKind = Literal["third-country", "repatriation", "sentenced-national-of-sender"]

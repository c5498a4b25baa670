"""How agreements and months are named in billing's requests."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from shared.kernel.ids import AgreementId, AgreementRef, agreement_of

_AGREEMENT = r"^[a-z0-9][a-z0-9-]{0,63}(@[1-9][0-9]{0,5})?$"
_MONTH = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"
_MEANING = "An agreement's id, or one signed version of it"

AgreementField = Annotated[
    str, Field(pattern=_AGREEMENT, description=_MEANING, examples=["usa-slv-2025@1"])
]
AgreementPath = Annotated[
    str, Path(pattern=_AGREEMENT, description=_MEANING, examples=["usa-slv-2025"])
]
AgreementQuery = Annotated[
    str, Query(pattern=_AGREEMENT, description=_MEANING, examples=["usa-slv-2025"])
]
MonthPath = Annotated[str, Path(pattern=_MONTH, examples=["2025-03"])]
MonthQuery = Annotated[str, Query(pattern=_MONTH, examples=["2025-03"])]


def agreement_named(name: str) -> AgreementId:
    """The agreement, whichever version was named."""
    return agreement_of(AgreementRef(name))

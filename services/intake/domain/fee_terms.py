"""What an agreement's tariff must say before anybody signs it: who charges for every fact, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.kernel.bounds import LARGEST_TERM
from shared.kernel.rejected import Finding, RuleBroken
from shared.tariff.coverage import renamed, unclear

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.contracts.agreement import AgreementDocument


class AmountBeyondReckoning(RuleBroken):
    """Every sum that can follow from a term can be computed and read."""

    RULE = "tariff"


class TariffUnclear(RuleBroken):
    """A fact would be charged for twice, or not at all: what is unpriced is never free."""

    RULE = "tariff"


class ComponentMeansSomethingElse(RuleBroken):
    """One name means the same terms in every version: what it has borne goes on with it."""

    RULE = "tariff"


def check(document: AgreementDocument, earlier: Iterable[AgreementDocument]) -> None:
    """Refuse a tariff that leaves open what is charged; raises `RuleBroken`."""
    components = document.tariff.components
    large = [
        terms.id for terms in components for money in terms.amounts if money.minor > LARGEST_TERM
    ]
    if large:
        raise AmountBeyondReckoning(
            f"{', '.join(large)} of {document.ref} states more than {LARGEST_TERM} minor units:"
            " state an amount that its sums can be computed of"
        )
    findings = _findings(unclear(components, document.effective))
    if findings:
        raise TariffUnclear(
            f"the tariff of {document.ref} leaves open what is charged: say which component comes"
            " after which, that both apply, or who charges for the days that none does",
            findings=findings,
        )
    known = (component for version in earlier for component in version.tariff.components)
    findings = _findings(renamed(components, known))
    if findings:
        raise ComponentMeansSomethingElse(
            f"amended terms of {document.ref} need a name of their own", findings=findings
        )


def _findings(said: Iterable[str]) -> tuple[Finding, ...]:
    return tuple(Finding(rule="tariff", missing=missing) for missing in said)

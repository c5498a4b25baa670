"""A version is put forward, with whose office signs each safeguard and what is charged."""

from __future__ import annotations

from collections import Counter

import msgspec

from services.intake.domain import fee_terms
from services.intake.domain.agreement.state import AgreementState, fold, party_to
from shared.contracts.agreement import AgreementDocument, digest
from shared.contracts.intake import AgreementProposed
from shared.kernel.actor import Actor
from shared.kernel.codes import FactKind
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, RuleBroken


class VersionStandsAlready(Conflict):
    """That version was proposed before; what was proposed is never changed."""


class VersionsFollowOneAnother(Conflict):
    """Version n + 1 is proposed only after version n."""


class SafeguardsLeftOut(RuleBroken):
    """An agreement cannot do without a fact that a safeguard depends on."""

    RULE = "required_facts"


class StatedTwice(RuleBroken):
    """An agreement states each facility, required fact and clause once: two statements of one
    would leave open which holds.
    """

    RULE = "terms"


SAFEGUARDED: tuple[FactKind, ...] = (
    "nationality",
    "legal-basis",
    "risk-assessment",
    "acceptance",
    "identity",
    "notice",
    "counsel",
    "consular",
)
"""The facts that G5 to G11 cannot be kept without."""


class ProposeAgreement(msgspec.Struct, frozen=True):
    """Put a version of an agreement forward."""

    document: AgreementDocument
    actor: Actor


def _propose(command: ProposeAgreement, state: AgreementState) -> tuple[Event, ...]:
    document = command.document
    party_to(document, command.actor)
    if state.version(document.version):
        raise VersionStandsAlready(f"{document.ref} stands already: propose the next version")
    latest = state.versions[-1].document if state.versions else None
    if document.version != (latest.version if latest else 0) + 1:
        raise VersionsFollowOneAnother(f"{document.ref} does not follow {latest and latest.ref}")
    if latest and latest.parties != document.parties:
        raise VersionsFollowOneAnother(f"{document.ref} has other parties than {latest.ref}")
    listed = {required.fact for required in document.required_facts}
    left_out = [kind for kind in SAFEGUARDED if kind not in listed]
    if left_out:
        raise SafeguardsLeftOut(f"say whose office signs these facts: {', '.join(left_out)}")
    _receiver_accepts(document)
    _each_once(document)
    fee_terms.check(document, [version.document for version in state.versions])
    proposed = AgreementProposed(agreement=document.ref, digest=digest(document), document=document)
    return (proposed,)


def _receiver_accepts(document: AgreementDocument) -> None:
    """Each side acts only for itself: no term lets another than the receiving state accept."""
    if any(
        required.fact == "acceptance" and required.side != "receiving"
        for required in document.required_facts
    ):
        raise SafeguardsLeftOut("an office of the receiving side signs the acceptance (G8)")


def _each_once(document: AgreementDocument) -> None:
    """Each facility, each required fact of an office, and each clause is stated once."""
    facilities = Counter(f"facility {agreed.facility}" for agreed in document.facilities)
    facts = Counter(
        f"fact {required.fact} of the {required.office} of the {required.side} side"
        for required in document.required_facts
    )
    clauses = Counter(f"clause {clause.clause}" for clause in document.admission.clauses)
    twice = [stated for stated, times in (facilities + facts + clauses).items() if times > 1]
    if twice:
        raise StatedTwice(f"state these once in {document.ref}: {', '.join(twice)}")


PROPOSE_AGREEMENT = Decider(
    boundary=lambda command: only(fold(command.document.agreement)), decide=_propose
)

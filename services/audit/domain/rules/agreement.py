"""Agreements: in force once both states signed the same document, and not before (F8)."""

from __future__ import annotations

from collections.abc import Iterator

from services.audit.domain.records.versions import Version
from services.audit.domain.state import Rules, State
from shared.contracts.agreement import AgreementDocument, digest
from shared.contracts.canonical_json import canonical
from shared.contracts.intake import AgreementActivated, AgreementProposed, AgreementSigned
from shared.contracts.laws import SIDES
from shared.kernel.bounds import LARGEST_TERM
from shared.kernel.codes import FactKind
from shared.kernel.reference.currency import MINOR_DIGITS
from shared.tariff.coverage import renamed, unclear

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
"""What G5 to G11 ask for, whatever else the parties agree on."""


def proposed(state: State, event: AgreementProposed) -> None:
    """A party puts forward the next version; what was proposed is never changed."""
    document, findings = event.document, state.findings
    findings.same("ledger", "the version", document.ref, event.agreement)
    findings.same("F8", "the digest of the document", digest(document), event.digest)
    _by_a_party(state, document)
    versions = state.versions.of(document.agreement)
    findings.same("F8", "version", len(versions) + 1, document.version)
    if versions:
        findings.same("F8", "the parties", versions[0].document.parties, document.parties)
    for expected in _left_out(document):
        findings.broken("required_facts", expected, "nothing of it in the document")
    facts = [(each.fact, each.side, each.office) for each in document.required_facts]
    what = "each required fact once of an office"
    findings.same("terms", what, sorted(set(facts)), sorted(facts))
    facilities = [agreed.facility for agreed in document.facilities]
    findings.same("terms", "each facility once", sorted(set(facilities)), sorted(facilities))
    clauses = [clause.clause for clause in document.admission.clauses]
    findings.same("terms", "each clause once", sorted(set(clauses)), sorted(clauses))
    _fees(state, document, versions)
    version = Version(document, event.digest)
    versions.append(version)
    state.versions.versions[event.agreement] = version


def signed(state: State, event: AgreementSigned) -> None:
    """A state signs for itself, once; the second signature puts it in force."""
    version = state.versions.versions.get(event.agreement)
    if version is None:
        return
    _by_a_party(state, version.document)
    if event.party in version.signed_by:
        found = f"a second one of {event.party}"
        state.findings.broken("F8", "one signature of each state", found)
    _by_its_key(state, version.document, event)
    version.signed_by.add(event.party)
    if version.signed_by_both:
        expected = f"{event.agreement} in force: both states have signed it"
        state.expectations.promise(("active", event.agreement), "F8", expected)


def activated(state: State, event: AgreementActivated) -> None:
    """Both have signed, in the same decision."""
    version = state.versions.versions.get(event.agreement)
    if version is None:
        return
    if not state.expectations.keep(("active", event.agreement)):
        state.findings.broken("F8", "both states' signatures", sorted(version.signed_by))
    version.activated = state.findings.entry.ref
    state.obligations.expect("terms", (event.agreement,))
    for agreed in version.document.facilities:
        if state.facilities.of(agreed.facility).agreed in ("", version.document.parties.receiving):
            state.obligations.expect("facility", (event.agreement, agreed.facility))


def _by_its_key(state: State, document: AgreementDocument, event: AgreementSigned) -> None:
    """Its own key signed these very terms; without the state's keys nobody could say so."""
    fault = state.signatures(event.party, canonical(document), event.signature)
    if fault is None:
        return
    expected, findings = f"the signature of {event.party} over {document.ref}", state.findings
    if fault.kind == "no key":
        findings.about(findings.entry, "coverage-incomplete", "F8", expected, fault.said)
    else:
        findings.broken("F8", expected, fault.said)


def _fees(state: State, document: AgreementDocument, versions: list[Version]) -> None:
    """Every fact has who charges for it, in money, and a component's name keeps its meaning."""
    components, findings = document.tariff.components, state.findings
    if document.tariff.currency not in MINOR_DIGITS:
        findings.broken("tariff", "a currency that is paid in", document.tariff.currency)
    if not components:
        findings.broken("tariff", "a component that charges", "none")
    for stated in (money for component in components for money in component.amounts):
        if stated.minor > LARGEST_TERM:
            findings.broken("tariff", f"{LARGEST_TERM} minor units at most", stated)
    for said in unclear(components, document.effective):
        state.findings.broken("tariff", "who charges for every fact, once", said)
    earlier = (known for version in versions for known in version.document.tariff.components)
    for said in renamed(components, earlier):
        state.findings.broken("tariff", "the terms that this name had before", said)


def _by_a_party(state: State, document: AgreementDocument) -> None:
    party, parties = state.findings.actor.party, document.parties
    if party not in (parties.sending, parties.receiving):
        state.findings.broken(SIDES, f"a party to {document.ref}", party)


def _left_out(document: AgreementDocument) -> Iterator[str]:
    """What the safeguards need and the list of required facts does not have."""
    listed = {required.fact for required in document.required_facts}
    for kind in SAFEGUARDED:
        if kind not in listed:
            yield f"whose office signs the {kind}"
    accepts = (fact for fact in document.required_facts if fact.fact == "acceptance")
    if any(required.side != "receiving" for required in accepts):
        yield "an acceptance by the receiving side (G8)"


RULES: Rules = {
    AgreementProposed: proposed,
    AgreementSigned: signed,
    AgreementActivated: activated,
}

"""Agreements: proposed version by version, in force once both states signed the same document."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from services.audit.domain.expectations import Notes
from services.audit.domain.obligations import Reactions
from shared.contracts.agreement import AgreementDocument, digest
from shared.contracts.codes import Country, FactKind, Sha256
from shared.contracts.intake import (
    AgreementActivated,
    AgreementEvent,
    AgreementProposed,
    AgreementSigned,
)
from shared.kernel.ids import AgreementId, AgreementRef, EntryRef, agreement_of
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


class Version(msgspec.Struct):
    """One version, and who signed it."""

    document: AgreementDocument
    digest: Sha256
    signed_by: set[Country] = msgspec.field(default_factory=set)
    activated: EntryRef | None = None

    @property
    def signed_by_both(self) -> bool:
        """Whether both of its states signed it."""
        parties = self.document.parties
        return {parties.sending, parties.receiving} <= self.signed_by


class Agreements:
    """Every version of every agreement."""

    def __init__(self, notes: Notes, reactions: Reactions) -> None:
        """Begin with none."""
        self._notes = notes
        self._reactions = reactions
        self.versions: dict[AgreementRef, Version] = {}
        self._of: dict[AgreementId, list[Version]] = {}

    def proposed(self, event: AgreementProposed) -> None:
        """A party puts forward the next version; what was proposed is never changed."""
        document, notes = event.document, self._notes
        notes.same("ledger", "the version", document.ref, event.agreement)
        notes.same("F8", "the digest of the document", digest(document), event.digest)
        self._by_a_party(document)
        versions = self._of.setdefault(document.agreement, [])
        notes.same("F8", "version", len(versions) + 1, document.version)
        if versions:
            notes.same("F8", "the parties", versions[0].document.parties, document.parties)
        for expected in _left_out(document):
            notes.broken("required_facts", expected, "nothing of it in the document")
        self._fees(document, versions)
        version = Version(document, event.digest)
        versions.append(version)
        self.versions[event.agreement] = version

    def _fees(self, document: AgreementDocument, versions: list[Version]) -> None:
        """Every fact has who charges for it, and a component's name keeps its meaning."""
        components = document.tariff.components
        for said in unclear(components, document.effective):
            self._notes.broken("tariff", "who charges for every fact, once", said)
        earlier = (known for version in versions for known in version.document.tariff.components)
        for said in renamed(components, earlier):
            self._notes.broken("tariff", "the terms that this name had before", said)

    def signed(self, event: AgreementSigned) -> None:
        """A state signs for itself exactly what was proposed, once."""
        notes, party = self._notes, self._notes.actor.party
        notes.same("each side acts for itself", "the party", party, event.party)
        version = self._version(event)
        if version is None:
            return
        self._by_a_party(version.document)
        if event.party in version.signed_by:
            notes.broken("F8", "one signature of each state", f"a second one of {event.party}")
        version.signed_by.add(event.party)
        if version.signed_by_both:
            expected = f"{event.agreement} in force: both states have signed it"
            notes.promise(("active", event.agreement), "F8", expected)

    def activated(self, event: AgreementActivated) -> None:
        """Both have signed: the terms, once more."""
        notes = self._notes
        version = self._version(event)
        if version is None:
            return
        if not notes.keep(("active", event.agreement)):
            notes.broken("F8", "both states' signatures", sorted(version.signed_by))
        if event.document != version.document:
            notes.broken("F8", f"the document that was signed as {event.agreement}", "another one")
        version.activated = notes.fact.ref
        self._reactions.expect("terms", (event.agreement,), self._reactions.asked())

    def active(self, agreement: AgreementId) -> AgreementDocument | None:
        """The latest version that both states signed; nothing happens under another (F8)."""
        for version in reversed(self._of.get(agreement, [])):
            if version.signed_by_both:
                return version.document
        return None

    def in_force(self, ref: AgreementRef) -> AgreementDocument | None:
        """The version that is in force, which this entry has to be made under (F8)."""
        document = self.active(agreement_of(ref))
        found = None if document is None else document.ref
        if found != ref:
            self._notes.broken("F8", f"{ref} in force, signed by both states", found)
        return document

    def signed_as(self, ref: AgreementRef) -> AgreementDocument | None:
        """A version that both states signed, whether another has replaced it or not (F8)."""
        version = self.versions.get(ref)
        if version is None or not version.signed_by_both:
            self._notes.broken("F8", f"both states' signatures on {ref}", "not both")
            return None
        return version.document

    def _version(self, event: AgreementEvent) -> Version | None:
        version = self.versions.get(event.agreement)
        if version is None:
            self._notes.missing("F8", f"the proposal of {event.agreement}", "no such entry")
        else:
            self._notes.same("F8", "the digest", version.digest, event.digest)
        return version

    def _by_a_party(self, document: AgreementDocument) -> None:
        party, parties = self._notes.actor.party, document.parties
        if party not in (parties.sending, parties.receiving):
            rule = "each side acts for itself"
            self._notes.broken(rule, f"a party to {document.ref}", party)


def _left_out(document: AgreementDocument) -> Iterator[str]:
    """What the safeguards need and the list of required facts does not have."""
    listed = {one.fact for one in document.required_facts}
    for kind in SAFEGUARDED:
        if kind not in listed:
            yield f"whose office signs the {kind}"
    if any(one.fact == "acceptance" and one.side != "receiving" for one in document.required_facts):
        yield "an acceptance by the receiving side (G8)"

"""Steps of a story: papers that come after a person's registration."""

from __future__ import annotations

from services.intake.domain.add_document import ADD_DOCUMENT, AddDocument
from shared.contracts.intake import HeldDocument
from tests.unit.audit.asking import Asking
from tests.unit.audit.names import AGENCY, person

NATIONAL_ID = HeldDocument("national-id", "12" * 32)


class Papers(Asking):
    """What is added to the vault."""

    def document_added(self, number: int, document: HeldDocument) -> None:
        """The vault holds one more paper of a person."""
        self.act(
            "intake",
            ADD_DOCUMENT,
            AddDocument,
            AGENCY,
            person=person(number),
            read="cd" * 32,
            commitment="ef" * 32,
            document=document,
        )

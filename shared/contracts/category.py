"""Of which category a person is, in codes that agreements exclude by: sex, age and more (G8)."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.intake import PersonTag
from shared.contracts.laws import Laws, Says, Signed
from shared.kernel.codes import Category, Sha256
from shared.kernel.event import Event


class CategoryDetermined(Event, frozen=True):
    """The state that registered a person found which category they are of; never free text.

    The latest of an aspect counts, and another than the one before is another subject's word.
    """

    TYPE: ClassVar[str] = "intake.CategoryDetermined.v1"
    SUBJECT: ClassVar[str] = "person"
    LAWS: ClassVar[Laws] = (
        Signed("registered_by", ("intake-agency",), of="PersonRegistered", by="person"),
        Says("determined_by", "actor", "G8"),
    )
    person: PersonTag
    category: Category
    document: Sha256
    """The digest of the signed paper."""
    determined_by: str

"""What every scope of a hold says, and the scopes of a flight and of an agreement (G3)."""

from __future__ import annotations

import msgspec

from shared.kernel.bounds import LegNumber
from shared.kernel.codes import Country
from shared.kernel.ids import AgreementId, ManifestId, PersonId


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """What an order is about: one of its kinds names what this one does not."""

    @property
    def named_person(self) -> PersonId | None:
        """The one person, by the pseudonym that the order uses; nobody, if it names none."""
        return None

    @property
    def named_country(self) -> Country | None:
        """The one destination that it is against, if it names one."""
        return None

    @property
    def named_flight(self) -> ManifestId | None:
        """The one journey that it is against, if it names one."""
        return None

    @property
    def named_leg(self) -> int | None:
        """The one leg of the journey that it is against, if it names one."""
        return None

    @property
    def named_agreement(self) -> AgreementId | None:
        """The one agreement that it is against, if it names one."""
        return None


class FlightScope(Scope, frozen=True, tag="flight"):
    """A hold on a journey, whoever is on it: all of it, or for as long as one leg is ahead."""

    manifest: ManifestId
    leg: LegNumber | None = None

    @property
    def tag(self) -> str:
        """What orders on this journey are found by: `flight:<manifest>`."""
        return f"flight:{self.manifest}"

    @property
    def named_flight(self) -> ManifestId | None:
        """The journey."""
        return self.manifest

    @property
    def named_leg(self) -> int | None:
        """The leg, if it is against one."""
        return self.leg


class AgreementScope(Scope, frozen=True, tag="agreement"):
    """A hold on every departure under an agreement, in whichever version."""

    agreement: AgreementId

    @property
    def tag(self) -> str:
        """What orders against this agreement are found by: `agreement:usa-slv-2025`."""
        return f"agreement:{self.agreement}"

    @property
    def named_agreement(self) -> AgreementId | None:
        """The agreement."""
        return self.agreement

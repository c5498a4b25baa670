"""Each side acts only for itself."""

from typing import cast, get_args

from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.codes import Office, Party
from shared.kernel.rejected import NotAllowed


class ActsOnlyForItself(NotAllowed):
    """A party asked for what belongs to the other side."""


def only_for(actor: Actor, party: Party, doing: str) -> None:
    """Refuse an actor of any other party than the one that this belongs to."""
    if actor.party != party:
        raise ActsOnlyForItself(f"only {party} may {doing}; this token is from {actor.party}")


def read_by_both(actor: Actor, sending: Party, receiving: Party, what: str) -> None:
    """Refuse a reader from neither of the two states; independent offices read everything."""
    if actor.party not in (sending, receiving, INDEPENDENT):
        raise ActsOnlyForItself(f"{what} is read by its two states and independent offices")


def office_of(actor: Actor) -> Office:
    """The actor's office, as events write it; raises `ValueError` for an unknown one."""
    if actor.office not in get_args(Office):
        raise ValueError(f"there is no office {actor.office!r}")
    return cast("Office", actor.office)


def same_subject(subject: str, other: Actor) -> bool:
    """Whether an actor's text names the same person as another actor, whatever the office."""
    return Actor.read(subject).is_same_subject(other)


def same_body(subject: str, other: Actor) -> bool:
    """Whether an actor's text is of the same body of the same office as another actor."""
    return Actor.read(subject).is_same_body(other)

"""The SQL behind intake's reads: the lists, and the vault's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa

from services.intake.tables import (
    AGREEMENT_VERSIONS,
    CASES,
    EXCEPTIONS,
    HOLDS,
    IDENTITY_KEYS,
    MANIFESTS,
    ORDER_ENDS,
    PERSONS,
    SEALED_PERSONS,
)
from services.intake.vault import IndexedPerson, SealedPerson
from shared.database.pages import Page, only_where
from shared.database.reads import Reads
from shared.kernel.actor import INDEPENDENT, Actor, folded
from shared.kernel.ids import PersonId
from shared.kernel.moment import NOW, Moment
from shared.views.history import at

Row = Mapping[str, object]


HoldListState = Literal["unverified", "verified", "to-be-lifted", "lifted"]
HOLD_STATES: Mapping[HoldListState, sa.ColumnElement[bool]] = {
    "unverified": sa.and_(HOLDS.c.stands, sa.not_(HOLDS.c.verified)),
    "verified": sa.and_(HOLDS.c.stands, HOLDS.c.verified),
    "to-be-lifted": sa.and_(HOLDS.c.stands, HOLDS.c.lift_requested),
    "lifted": sa.not_(HOLDS.c.stands),
}
"""How far a hold has come: whoever is asked for two of them may be both."""
_E = EXCEPTIONS.c
EXCEPTION_KEY = _E.kind.concat("/").concat(_E.subject)
"""What exceptions are listed by: the kind, and what it is about."""
_ORDER = sa.func.split_part(_E.subject, "/", 1)
"""The order or exclusion, where it has an exception for each person."""
_SEES_ALL = ("auditor", "monitor")


class IntakeQueries:
    """Intake's reads. Raises `Unavailable` when the database cannot be reached."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def agreements(
        self, party: str, page: Page, today: date, *, in_force: bool | None = None
    ) -> Sequence[Row]:
        """Agreements of a party, by name, with the latest version that was proposed and the one in
        force today, if there is one (D6); an independent office sees all of them.
        """
        versions = AGREEMENT_VERSIONS.c
        newest, begun = sa.func.max(versions.version), versions.first_day <= today
        binds = newest.filter(versions.signed_by_both, begun)
        has_today = newest.filter(versions.signed_by_both, begun, versions.ends_on > today)
        is_in_force = sa.func.coalesce(binds == has_today, sa.false())
        named = sa.literal("").concat(versions.agreement).concat("@")
        states = (versions.agreement, versions.sending, versions.receiving)
        select = sa.select(
            *states,
            named.concat(newest).label("proposed"),
            sa.case((is_in_force, named.concat(binds))).label("in_force"),
        )
        select = select.where(_of_a_party(AGREEMENT_VERSIONS, party)).group_by(*states)
        if in_force is not None:
            select = select.having(is_in_force if in_force else sa.not_(is_in_force))
        return await self._all(page.of(select, versions.agreement))

    async def persons(self, party: str, page: Page) -> Sequence[Row]:
        """The pseudonyms that a party gave, by id."""
        select = sa.select(PERSONS).where(PERSONS.c.registered_by == party)
        return await self._all(page.of(select, PERSONS.c.person))

    async def holds(
        self,
        party: str,
        page: Page,
        *,
        stands: bool | None = None,
        state: HoldListState | None = None,
        **named: str | None,
    ) -> Sequence[Row]:
        """Holds that a party may read, by id: those that name nobody all, on persons as one by one.

        `named` are columns and what they are to hold: `kind`, `person`, `country`, `flight`,
        `agreement`, `issued_by`, `office`. `state` is one of `HOLD_STATES`.
        """
        select = sa.select(HOLDS)
        if party != INDEPENDENT:
            theirs = sa.select(CASES.c.person).where(_of_a_party(CASES, party))
            on_nobody, its_own = HOLDS.c.person.is_(None), HOLDS.c.issued_by == party
            select = select.where(sa.or_(on_nobody, its_own, HOLDS.c.person.in_(theirs)))
        select = only_where(select, {HOLDS.c[name]: value for name, value in named.items()})
        if state is not None:
            select = select.where(HOLD_STATES[state])
        return await self._all(page.of(only_where(select, {HOLDS.c.stands: stands}), HOLDS.c.hold))

    async def cases(
        self,
        party: str,
        page: Page,
        moment: Moment = NOW,
        *,
        agreement: str | None = None,
        person: str | None = None,
    ) -> Sequence[Row]:
        """Cases that a party sends or receives, by id; an independent office sees all of them."""
        cases = at(CASES, moment)
        select = sa.select(cases).where(_of_a_party(cases, party))
        wanted = {_name_of(cases.c.agreement): agreement, cases.c.person: person}
        return await self._all(page.of(only_where(select, wanted), cases.c.case))

    async def has_case(self, party: str, person: str) -> bool:
        """Whether a party sends or receives this person, or did."""
        its_own = sa.or_(CASES.c.sending == party, CASES.c.receiving == party)
        select = sa.select(CASES.c.case).where(CASES.c.person == person, its_own).limit(1)
        return await self._reads.first(select) is not None

    async def manifests(
        self, party: str, page: Page, *, agreement: str | None = None, facility: str | None = None
    ) -> Sequence[Row]:
        """Manifests of a party's journeys, by id; an independent office sees all of them."""
        select = sa.select(MANIFESTS).where(_of_a_party(MANIFESTS, party))
        wanted = {_name_of(MANIFESTS.c.agreement): agreement, MANIFESTS.c.facility: facility}
        return await self._all(page.of(only_where(select, wanted), MANIFESTS.c.manifest))

    async def exceptions(self, actor: Actor, page: Page) -> Sequence[Row]:
        """What waits for the actor's office now, by `EXCEPTION_KEY`: for its body where it is one's
        alone. A central authority sees what waits for any office of its state, independent monitors
        and auditors see everything.
        """
        party, office, body = _awaited()
        awaits = (party.label("party"), office.label("office"), body.label("body"))
        kept = [column for column in _E if column.name not in ("party", "office", "body", "side")]
        meant = sa.and_(PERSONS.c.person == _E.other, PERSONS.c.meant_by.is_not(None))
        ended = sa.and_(_E.kind == "came-after-departure", ORDER_ENDS.c.order == _ORDER)
        joined = EXCEPTIONS.outerjoin(CASES, CASES.c.case == _E.case).outerjoin(PERSONS, meant)
        joined = joined.outerjoin(ORDER_ENDS, ended)
        select = sa.select(*kept, *awaits, EXCEPTION_KEY.label("key")).select_from(joined)
        binds = sa.or_(ORDER_ENDS.c.ends_at.is_(None), ORDER_ENDS.c.ends_at > sa.func.now())
        select = select.where(sa.not_(_E.is_over), _E.is_told <= sa.func.now(), binds)
        if actor.party != INDEPENDENT or actor.office not in _SEES_ALL:
            select = select.where(party == actor.party)
            if actor.office != "central-authority" or actor.party == INDEPENDENT:
                own = sa.or_(body.is_(None), body == folded(actor.body))
                select = select.where(office == actor.office, own)
        return await self._all(page.of(select, EXCEPTION_KEY))

    async def sealed_person(self, person: PersonId) -> SealedPerson | None:
        """The vault's row for a person, if there is one."""
        select = sa.select(SEALED_PERSONS).where(SEALED_PERSONS.c.person == person)
        row = await self._reads.first(select)
        return SealedPerson(**row) if row else None

    async def registered_with(self, keys: Sequence[bytes]) -> list[IndexedPerson]:
        """Who was registered with any of these keys, in the order of registration."""
        select = sa.select(IDENTITY_KEYS).where(IDENTITY_KEYS.c.key.in_(keys))
        rows = await self._reads.all(select.order_by(IDENTITY_KEYS.c.place))
        return [IndexedPerson(**row) for row in rows]

    async def _all(self, select: sa.Select[Any]) -> Sequence[Row]:
        return [dict(row) for row in await self._reads.all(select)]


def _awaited() -> tuple[sa.ColumnElement[str], sa.ColumnElement[str], sa.ColumnElement[str]]:
    """Party, office and body: that which meant the other person (D9), or those of the exception."""
    meant_by = PERSONS.c.meant_by
    party, office, subject = (sa.func.split_part(meant_by, ":", part) for part in (1, 2, 3))
    body = sa.func.lower(sa.func.split_part(subject, "/", 1))
    side = sa.case((_E.side == "sending", CASES.c.sending), else_=CASES.c.receiving)
    is_meant = meant_by.like("%/%")
    return (
        sa.case((is_meant, party), else_=sa.func.coalesce(_E.party, side)),
        sa.case((is_meant, office), else_=_E.office),
        sa.case((is_meant, body), else_=_E.body),
    )


def _of_a_party(table: sa.FromClause, party: str) -> sa.ColumnElement[bool]:
    """Whether a party is one of the two states; independent offices read everything."""
    if party == INDEPENDENT:
        return sa.true()
    return sa.or_(table.c.sending == party, table.c.receiving == party)


def _name_of(agreement: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The agreement of a version: `usa-slv-2025` of `usa-slv-2025@1`."""
    return sa.func.split_part(agreement, "@", 1)

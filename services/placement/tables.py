"""Placement's read model: facilities, and a row for whoever had a place or a handover there."""

import sqlalchemy as sa

from shared.ledger.tables import ledger_tables
from shared.sealing.tables import sealing_tables
from shared.views.history import history_table, time_columns

METADATA = sealing_tables(ledger_tables(sa.MetaData()))

FACILITIES = sa.Table(
    "facilities",
    METADATA,
    sa.Column("facility", sa.Text, primary_key=True),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("approved_capacity", sa.Integer, nullable=False),
    sa.Column("proposed_capacity", sa.Integer),
    sa.Column("proposed_by", sa.Text),
    sa.Column("own_population", sa.Integer, nullable=False),
    sa.Column("counted_on", sa.Date),
)

OVERDUE_HEADCOUNTS = sa.Table(
    "overdue_headcounts",
    METADATA,
    sa.Column("facility", sa.Text, primary_key=True),
    sa.Column("night", sa.Date, primary_key=True),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("awaited", sa.Integer, nullable=False),
    sa.Column("attested", sa.Boolean, nullable=False),
    sa.Index(
        "headcounts_that_are_still_overdue",
        "facility",
        "night",
        postgresql_where=sa.text("NOT attested"),
    ),
)

HEADCOUNTS = sa.Table(
    "headcounts",
    METADATA,
    sa.Column("facility", sa.Text, primary_key=True),
    sa.Column("night", sa.Date, primary_key=True),
    sa.Column("agreement", sa.Text, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("counted", sa.Integer, nullable=False),
    sa.Column("attested_by", sa.Text, nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
)
"""The lists that were attested, a row for each part of a long one."""

CUSTODIES = sa.Table(
    "custodies",
    METADATA,
    sa.Column("custody", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("facility", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("holds_place", sa.Boolean, nullable=False),
    sa.Column("responsible_state", sa.Text),
    sa.Column("sending", sa.Text),
    sa.Column("receiving", sa.Text),
    sa.Column("custodian_party", sa.Text),
    sa.Column("custodian_body", sa.Text),
    sa.Column("offer", sa.Text),
    sa.Column("offered_at", sa.DateTime(timezone=True)),
    sa.Column("accepted_at", sa.DateTime(timezone=True)),
    sa.Column("arrived_on", sa.Date),
    sa.Column("place", sa.Text),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("departed_on", sa.Date),
    sa.Column("unaccounted_night", sa.Date),
    sa.Index("custodies_of_facility", "facility", "custody"),
    sa.Index("custodies_of_person", "person", "custody"),
    sa.Index(
        "custodies_that_need_somebody",
        "custody",
        postgresql_where=sa.text("unaccounted_night IS NOT NULL OR status = 'handover-pending'"),
    ),
)

COUNTS = sa.Table(
    "person_counts",
    METADATA,
    sa.Column("custody", sa.Text, primary_key=True),
    sa.Column("night", sa.Date, primary_key=True),
    sa.Column("missed", sa.Boolean, primary_key=True),
    sa.Column("entry", sa.Text, nullable=False),
    *time_columns(),
)
"""The nights on which somebody in custody was missed, and those on which they were found again:
since when they are unaccounted for is the first missed night after the last of those.
"""

REFUSED_PLACES = sa.Table(
    "refused_places",
    METADATA,
    sa.Column("custody", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("facility", sa.Text, nullable=False),
    sa.Column("manifest", sa.Text, nullable=False),
    sa.Column("sending", sa.Text, nullable=False),
    sa.Column("receiving", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Column("waits", sa.Boolean, nullable=False),
    sa.Index("places_that_are_still_refused", "custody", postgresql_where=sa.text("waits")),
)
"""The latest refusal of a place for each who has none, and whether they wait for one still."""

AGREED_ZONES = sa.Table(
    "agreed_zones",
    METADATA,
    sa.Column("facility", sa.Text, primary_key=True),
    sa.Column("agreement", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("begins", sa.Date, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
)
"""The time zone that each version of an agreement names for a facility, and since when (F10)."""

FOLLOWED_PERSONS = sa.Table(
    "followed_persons",
    METADATA,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("registered_by", sa.Text, nullable=False),
)

FOLLOWED_LIKENESSES = sa.Table(
    "followed_likenesses",
    METADATA,
    sa.Column("one", sa.Text, primary_key=True),
    sa.Column("other", sa.Text, primary_key=True),
    sa.Column("likeness", sa.Text, nullable=False),
    sa.Index("followed_likenesses_of_other", "other"),
)
"""Two pseudonyms in the order of their texts: `near`, `merged`, or `apart` again."""

FOLLOWED_CASES = sa.Table(
    "followed_cases",
    METADATA,
    sa.Column("case", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("sending", sa.Text, nullable=False),
    sa.Column("receiving", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Index("followed_cases_of_person", "person"),
)

HISTORY = history_table(METADATA)
WITH_HISTORY = (FACILITIES, CUSTODIES)
"""The views that are read at any moment."""
VIEWS = (
    FACILITIES,
    HEADCOUNTS,
    OVERDUE_HEADCOUNTS,
    CUSTODIES,
    COUNTS,
    REFUSED_PLACES,
    AGREED_ZONES,
    HISTORY,
)
"""What follows from the log and can be built from it again: all that placement has beside it."""
FOLLOWED = (FOLLOWED_PERSONS, FOLLOWED_LIKENESSES, FOLLOWED_CASES)
"""What follows from intake's log: written with the follower's position, kept by a rebuild."""
KEPT: tuple[sa.Table, ...] = FOLLOWED
"""What does not follow from the own log."""

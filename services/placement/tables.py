"""Placement's read model: facilities, and a row for whoever had a place or a handover there."""

import sqlalchemy as sa

from shared.ledger.tables import ledger_tables
from shared.sealing.tables import sealing_tables
from shared.views.history import history_table

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

HISTORY = history_table(METADATA)
WITH_HISTORY = (FACILITIES, CUSTODIES)
"""The views that are read at any moment."""
VIEWS = (FACILITIES, OVERDUE_HEADCOUNTS, CUSTODIES, HISTORY)
"""What follows from the log and can be built from it again: all that placement has beside it."""
KEPT: tuple[sa.Table, ...] = ()
"""What does not follow from the log."""

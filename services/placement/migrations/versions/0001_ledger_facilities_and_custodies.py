"""The ledger, facilities and custodies."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations import create_ledger
from shared.views.history import history_table, time_columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all of it."""
    _create_facilities()
    _create_custodies()
    _create_overdue_headcounts()
    _create_headcounts()
    _create_counts()
    _create_followed()
    history_table(sa.MetaData()).create(op.get_bind())
    create_ledger(
        "facilities",
        "custodies",
        "overdue_headcounts",
        "person_counts",
        "followed_persons",
        "followed_likenesses",
        "followed_cases",
        "view_history",
    )


def _create_facilities() -> None:
    op.create_table(
        "facilities",
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("approved_capacity", sa.Integer, nullable=False),
        sa.Column("proposed_capacity", sa.Integer),
        sa.Column("proposed_by", sa.Text),
        sa.Column("own_population", sa.Integer, nullable=False),
        sa.Column("counted_on", sa.Date),
    )


def _create_custodies() -> None:
    op.create_table(
        "custodies",
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
    )
    _index_custodies()


def _index_custodies() -> None:
    op.create_index("custodies_of_facility", "custodies", ["facility", "custody"])
    op.create_index("custodies_of_person", "custodies", ["person", "custody"])
    op.create_index(
        "custodies_that_need_somebody",
        "custodies",
        ["custody"],
        postgresql_where=sa.text("unaccounted_night IS NOT NULL OR status = 'handover-pending'"),
    )


def _create_overdue_headcounts() -> None:
    op.create_table(
        "overdue_headcounts",
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("night", sa.Date, primary_key=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("awaited", sa.Integer, nullable=False),
        sa.Column("attested", sa.Boolean, nullable=False),
    )
    op.create_index(
        "headcounts_that_are_still_overdue",
        "overdue_headcounts",
        ["facility", "night"],
        postgresql_where=sa.text("NOT attested"),
    )


def _create_headcounts() -> None:
    op.create_table(
        "headcounts",
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("night", sa.Date, primary_key=True),
        sa.Column("agreement", sa.Text, primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("counted", sa.Integer, nullable=False),
        sa.Column("attested_by", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
    )


def _create_counts() -> None:
    op.create_table(
        "person_counts",
        sa.Column("custody", sa.Text, primary_key=True),
        sa.Column("night", sa.Date, primary_key=True),
        sa.Column("missed", sa.Boolean, primary_key=True),
        sa.Column("entry", sa.Text, nullable=False),
        *time_columns(),
    )


def _create_followed() -> None:
    op.create_table(
        "followed_persons",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("registered_by", sa.Text, nullable=False),
    )
    op.create_table(
        "followed_likenesses",
        sa.Column("one", sa.Text, primary_key=True),
        sa.Column("other", sa.Text, primary_key=True),
        sa.Column("likeness", sa.Text, nullable=False),
    )
    op.create_index("followed_likenesses_of_other", "followed_likenesses", ["other"])
    op.create_table(
        "followed_cases",
        sa.Column("case", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("sending", sa.Text, nullable=False),
        sa.Column("receiving", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
    )
    op.create_index("followed_cases_of_person", "followed_cases", ["person"])

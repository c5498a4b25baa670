"""Placement's read model: facilities, and a row for whoever had a place or a handover there."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.placement.tables.followed import FOLLOWED
from services.placement.tables.metadata import METADATA, keys, texts
from shared.views.history import history_table, time_columns

FACILITIES = sa.Table(
    "facilities",
    METADATA,
    sa.Column("facility", sa.Text, primary_key=True),
    *texts("country", "timezone"),
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
    *texts("attested_by", "entry"),
)
"""The lists that were attested, a row for each part of a long one."""

CUSTODIES = sa.Table(
    "custodies",
    METADATA,
    sa.Column("custody", sa.Text, primary_key=True),
    *texts("person", "agreement", "facility", "status"),
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
    sa.Column("escaped_at", sa.DateTime(timezone=True)),
    sa.Column("lawful_end", sa.Date),
    sa.Column("lawful_end_issued_by", sa.Text),
    sa.Column("lawful_end_reference", sa.Text),
    sa.Column("latest_lawful_end", sa.Date),
    sa.Column("return_by", sa.Date),
    sa.Column("approached_end", sa.Date),
    sa.Column("overstayed_end", sa.Date),
    sa.Column("overstay_days", sa.Integer),
    sa.Column("return_carrier", sa.Text),
    sa.Column("return_departs_on", sa.Date),
    sa.Column("return_travel_document", sa.Text),
    sa.Index("custodies_of_facility", "facility", "custody"),
    sa.Index("custodies_of_person", "person", "custody"),
    sa.Index(
        "custodies_that_take_a_place",
        "facility",
        postgresql_where=sa.text("holds_place OR status = 'in-custody'"),
    ),
    sa.Index(
        "custodies_that_need_somebody",
        "custody",
        postgresql_where=sa.text("unaccounted_night IS NOT NULL OR status = 'handover-pending'"),
    ),
    sa.Index(
        "custodies_whose_end_needs_somebody",
        "custody",
        postgresql_where=sa.text(
            "status = 'in-custody' AND (lawful_end IS NULL OR approached_end = lawful_end"
            " OR overstayed_end = lawful_end)"
        ),
    ),
    sa.Index(
        "custodies_whose_ends_disagree",
        "custody",
        postgresql_where=sa.text("status = 'in-custody' AND lawful_end <> latest_lawful_end"),
    ),
)

LAWFUL_ENDS = sa.Table(
    "lawful_ends",
    METADATA,
    *keys("custody", "issued_by", "reference", "said_by"),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("decided_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
    *texts("set_by", "entry"),
    sa.Column("stands", sa.Boolean, nullable=False),
)
"""What each decision says last about until when somebody may be held, and whether it stands (G15).
"""

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

RETURN_ORDERS = sa.Table(
    "return_orders",
    METADATA,
    *keys("custody", "entry"),
    *texts("ground", "reference"),
    sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ordered_on", sa.Date, nullable=False),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    *texts("cost_of", "ordered_by"),
    *time_columns(),
)
"""Every order of a return. The one that is due first says when the return is late (G16)."""

REFUSED_PLACES = sa.Table(
    "refused_places",
    METADATA,
    sa.Column("custody", sa.Text, primary_key=True),
    *texts("person", "agreement", "facility", "manifest", "sending", "receiving"),
    *texts("rule", "reason", "detail", "entry"),
    sa.Column("waits", sa.Boolean, nullable=False),
    sa.Index("places_that_are_still_refused", "custody", postgresql_where=sa.text("waits")),
)
"""The latest refusal of a place for each who has none, and whether they wait for one still."""

INCIDENTS = sa.Table(
    "incidents",
    METADATA,
    sa.Column("incident", sa.Text, primary_key=True),
    *texts("kind", "custody", "person", "agreement", "facility"),
    sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    *texts("reference", "entry"),
    sa.Index("incidents_of_facility", "facility", "incident"),
    sa.Index("incidents_of_custody", "custody"),
)

INCIDENT_NOTICES = sa.Table(
    "incident_notices",
    METADATA,
    *keys("incident", "party", "office"),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("overdue", sa.Boolean, nullable=False),
    sa.Column("acknowledged_by", sa.Text),
    sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
    sa.Index(
        "incidents_that_wait_for_an_office",
        "incident",
        "party",
        "office",
        postgresql_where=sa.text("acknowledged_by IS NULL"),
    ),
)
"""Which office each incident has to reach, and whether it has (G18)."""

FACILITY_SUSPENSIONS = sa.Table(
    "facility_suspensions",
    METADATA,
    *keys("facility", "ground", "word"),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("suspended_by", sa.Text, nullable=False),
    sa.Column("incident", sa.Text),
    sa.Column("reference", sa.Text),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Column("stands", sa.Boolean, nullable=False),
)
MONITOR_REPORTS = sa.Table(
    "monitor_reports",
    METADATA,
    *keys("facility", "entry"),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("valid_until", sa.Date, nullable=False),
    sa.Column("adequate", sa.Boolean, nullable=False),
    sa.Column("findings", JSONB, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
)

AGREED_ZONES = sa.Table(
    "agreed_zones",
    METADATA,
    *keys("facility", "agreement"),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("begins", sa.Date, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("receiving", sa.Text),
    sa.Column("sending", sa.Text),
    sa.Column("entry", sa.Text, nullable=False),
)
"""The time zone that each version of an agreement names for a facility, and since when (F10); and
the two states that agreed on it.
"""

UNKNOWN_PERSONS = sa.Table(
    "unknown_persons",
    METADATA,
    sa.Column("facility", sa.Text, primary_key=True),
    sa.Column("night", sa.Date, primary_key=True),
    sa.Column("counted", sa.Text, primary_key=True),
    *texts("reason", "attested_by", "entry"),
    sa.Column("arrived_on", sa.Date),
    sa.Column("departed_on", sa.Date),
    sa.Column("explanation", sa.Text),
    sa.Column("settled_by", sa.Text),
    sa.Column("reference", sa.Text),
    sa.Index(
        "unknown_persons_that_are_open",
        "facility",
        "night",
        "counted",
        postgresql_where=sa.text("settled_by IS NULL"),
    ),
)

ONWARD_TRANSFERS = sa.Table(
    "onward_transfers",
    METADATA,
    sa.Column("custody", sa.Text, primary_key=True),
    *texts("onward", "consent"),
    sa.Column("consented_on", sa.Date, nullable=False),
    *texts("requested_by", "entry", "status"),
    sa.Column("agreed", sa.Text),
    sa.Column("ends_at", sa.DateTime(timezone=True)),
    sa.Index(
        "onward_transfers_that_wait",
        "custody",
        postgresql_where=sa.text("status = 'requested'"),
    ),
)

HISTORY = history_table(METADATA)
WITH_HISTORY = (FACILITIES, CUSTODIES, FACILITY_SUSPENSIONS)
"""The views that are read at any moment."""
VIEWS = (
    FACILITIES,
    HEADCOUNTS,
    OVERDUE_HEADCOUNTS,
    CUSTODIES,
    LAWFUL_ENDS,
    COUNTS,
    RETURN_ORDERS,
    REFUSED_PLACES,
    INCIDENTS,
    INCIDENT_NOTICES,
    FACILITY_SUSPENSIONS,
    MONITOR_REPORTS,
    AGREED_ZONES,
    UNKNOWN_PERSONS,
    ONWARD_TRANSFERS,
    HISTORY,
)
"""What follows from the log and can be built from it again: all that placement has beside it."""
KEPT: tuple[sa.Table, ...] = FOLLOWED
"""What does not follow from the own log."""

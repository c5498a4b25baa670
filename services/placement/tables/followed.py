"""What placement follows of intake's log: persons, who may be who, and their cases (G12)."""

import sqlalchemy as sa

from services.placement.tables.metadata import METADATA, keys, texts

FOLLOWED_PERSONS = sa.Table(
    "followed_persons",
    METADATA,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("registered_by", sa.Text, nullable=False),
)

FOLLOWED_LIKENESSES = sa.Table(
    "followed_likenesses",
    METADATA,
    *keys("one", "other"),
    sa.Column("likeness", sa.Text, nullable=False),
    sa.Index("followed_likenesses_of_other", "other"),
)
"""Two pseudonyms in the order of their texts: `near`, `merged`, or `apart` again."""

FOLLOWED_CASES = sa.Table(
    "followed_cases",
    METADATA,
    sa.Column("case", sa.Text, primary_key=True),
    *texts("person", "agreement", "sending", "receiving", "stage"),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Column("cleared_at", sa.DateTime(timezone=True)),
    sa.Column("held_by", sa.Text),
    sa.Index("followed_cases_of_person", "person"),
    sa.Index(
        "followed_cases_that_want_a_place",
        "agreement",
        postgresql_where=sa.text("stage IN ('accepted', 'cleared')"),
    ),
)

FOLLOWED = (FOLLOWED_PERSONS, FOLLOWED_LIKENESSES, FOLLOWED_CASES)
"""What follows from intake's log: written with the follower's position, kept by a rebuild."""

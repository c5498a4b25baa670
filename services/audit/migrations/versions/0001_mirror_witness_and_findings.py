"""The mirror, what was cosigned, what was found, and replays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

from shared.database.roles import SERVICE_ROLE, create_role, grant

revision = "0001"
down_revision = None

APPEND_ONLY = ("mirror_entries", "mirror_tags", "cosigned", "findings", "findings_settled")
NEVER_SHRINK = ("mirror_logs", "witness_seen")
REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: what was proved or found stays', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""
REFUSE_SHRINKING = """
CREATE FUNCTION refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.log = OLD.log AND NEW.size >= OLD.size
            AND (NEW.size > OLD.size OR NEW.root = OLD.root) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% never goes back: a log has one history, which grows', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""
REFUSE_OTHER_HASHES = """
CREATE FUNCTION refuse_other_hashes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.log, NEW.level, NEW.tile) = (OLD.log, OLD.level, OLD.tile)
        AND substring(NEW.hashes FOR length(OLD.hashes)) = OLD.hashes THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a tile only grows: its hashes were proved'
        USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    """Create all of it, and let the database itself refuse what must never happen."""
    _create_logs()
    _create_mirror()
    _create_witness()
    _create_findings()
    _create_replays()
    _protect()


def _create_logs() -> None:
    op.create_table(
        "mirror_logs",
        sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("origin", sa.Text, nullable=False, unique=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", BYTEA, nullable=False),
        sa.Column("note", BYTEA, nullable=False, comment="the checkpoint that proved it"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_offset", sa.BigInteger, nullable=False),
        sa.Column("final_size", sa.BigInteger, nullable=False),
        sa.Column("final_note", BYTEA, nullable=False, comment="with both cosignatures"),
    )


def _create_mirror() -> None:
    op.create_table(
        "mirror_entries",
        sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entry", BYTEA, nullable=False),
        sa.Column("leaf_hash", BYTEA, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "mirror_entries_as_recorded", "mirror_entries", ["recorded_at", "log", "sequence"]
    )
    op.create_table(
        "mirror_tags",
        sa.Column("tag", sa.Text, primary_key=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    )
    op.create_table(
        "mirror_tiles",
        sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("tile", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hashes", BYTEA, nullable=False),
    )


def _create_witness() -> None:
    op.create_table(
        "witness_seen",
        sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", BYTEA, nullable=False),
        sa.Column("cosigned_at", sa.BigInteger, nullable=False, comment="POSIX seconds"),
        sa.Column("note", BYTEA, nullable=False, comment="with this node's cosignatures"),
    )
    op.create_table(
        "cosigned",
        sa.Column("log", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("root", BYTEA, nullable=False),
        sa.Column("cosigned_at", sa.BigInteger, nullable=False, comment="POSIX seconds"),
    )


def _create_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("finding", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("fingerprint", BYTEA, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger),
        sa.Column("document", JSONB, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("findings_by_fingerprint", "findings", ["fingerprint"])
    op.create_index("findings_by_kind", "findings", ["kind", "finding"])
    op.create_table(
        "findings_settled",
        sa.Column("finding", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.Text, nullable=False),
    )


def _create_replays() -> None:
    op.create_table(
        "replays",
        sa.Column("replay", sa.Text, primary_key=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("document", JSONB, nullable=False),
    )


def _protect() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(REFUSE_CHANGE)
    execute(REFUSE_SHRINKING)
    execute(REFUSE_OTHER_HASHES)
    # Hashes do not compress: trying costs more than writing them.
    execute("ALTER TABLE mirror_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL")
    _guard("mirror_tiles", "only_grows", "UPDATE", "ROW", "refuse_other_hashes")
    _guard("mirror_tiles", "stays", "DELETE OR TRUNCATE", "STATEMENT", "refuse_change")
    for table in APPEND_ONLY:
        _guard(table, "append_only", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "refuse_change")
    for table in NEVER_SHRINK:
        _guard(table, "never_shrinks", "UPDATE OR DELETE", "ROW", "refuse_shrinking")
        _guard(table, "is_never_emptied", "TRUNCATE", "STATEMENT", "refuse_change")
    create_role(execute)
    for table in APPEND_ONLY:
        execute(f"GRANT SELECT, INSERT ON {table} TO {SERVICE_ROLE}")
    for table in (*NEVER_SHRINK, "mirror_tiles"):
        execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {SERVICE_ROLE}")
    grant(execute, "replays")


def _guard(table: str, name: str, events: str, each: str, function: str) -> None:
    execute = op.get_bind().exec_driver_sql
    execute(
        f"CREATE TRIGGER {table}_{name} BEFORE {events} ON {table}"
        f" FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")

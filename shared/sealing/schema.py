"""What the sealed log's tables need beyond their columns: nothing in them ever goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.database.roles import SERVICE_ROLE
from shared.transparency.merkle import EMPTY_ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

_GOES_BACK = {
    "tree_tiles": "(NEW.level, NEW.tile) <> (OLD.level, OLD.tile)"
    " OR substring(NEW.hashes FOR length(OLD.hashes)) <> OLD.hashes",
    "sealed_head": "NEW.size < OLD.size OR NEW.sealed_at < OLD.sealed_at"
    " OR (NEW.size = OLD.size AND NEW.root <> OLD.root)",
    "published_head": "NEW.size < OLD.size OR NEW.final_size < OLD.final_size"
    " OR NEW.final_size > NEW.size",
}
"""When an update would make a second history of what others may have seen."""


def protect_sealing(execute: Callable[[str], object]) -> None:
    """Let the tables only grow, start with the empty tree, and grant the service what it needs.

    `execute` runs one statement. Called by a migration after the tables exist, and the ledger's.
    """
    for table, goes_back in _GOES_BACK.items():
        _only_grows(execute, table, goes_back)
    # Hashes do not compress: trying costs more than writing them.
    execute("ALTER TABLE tree_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL")
    execute(
        "INSERT INTO sealed_head (size, root, note, sealed_at)"  # noqa: S608 - a constant of RFC 6962
        f" VALUES (0, '\\x{EMPTY_ROOT.hex()}', '', '1970-01-01Z')"
    )
    execute("INSERT INTO published_head (size, final_size) VALUES (0, 0)")
    execute(f"GRANT SELECT, INSERT, UPDATE ON tree_tiles TO {SERVICE_ROLE}")
    for table in ("sealed_head", "published_head"):
        execute(f"GRANT SELECT, UPDATE ON {table} TO {SERVICE_ROLE}")


def _only_grows(execute: Callable[[str], object], table: str, goes_back: str) -> None:
    """Refuse, in the database itself, what would take back something that was signed."""
    execute(f"""
CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NOT ({goes_back}) THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION '{table} never goes back: others may have seen what it says'
        USING ERRCODE = 'insufficient_privilege';
END $$
""")
    for name, when, each in (
        ("grows", "UPDATE", "ROW"),
        ("stays", "DELETE OR TRUNCATE", "STATEMENT"),
    ):
        execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION {table}_only_grows()"
        )
        execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")

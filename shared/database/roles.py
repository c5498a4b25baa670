"""What a service may do with the tables of its database."""

from collections.abc import Callable

SERVICE_ROLE = "accord_service"
"""The role that a service's login is a member of. It owns nothing and cannot change an entry."""

_ROLE = f"""
DO $$ BEGIN
    CREATE ROLE {SERVICE_ROLE} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def create_role(execute: Callable[[str], object]) -> None:
    """Make the service's role, unless this server has it already, and let it use the schema."""
    execute(_ROLE)
    execute(f"GRANT USAGE ON SCHEMA public TO {SERVICE_ROLE}")


def grant(execute: Callable[[str], object], table: str) -> None:
    """Let the service read and write a table of its own."""
    execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVICE_ROLE}")

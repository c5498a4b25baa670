"""The vault's index follows the vault: whose row goes is found by nothing (G22)."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Take away what is of nobody in the vault, and let the database do so from now on."""
    op.execute(
        "DELETE FROM identity_keys k"
        " WHERE NOT EXISTS (SELECT FROM sealed_persons s WHERE s.person = k.person)"
    )
    op.create_foreign_key(
        "identity_keys_person_fkey",
        "identity_keys",
        "sealed_persons",
        ["person"],
        ["person"],
        ondelete="CASCADE",
    )

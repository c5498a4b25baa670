"""The `accord` command: where each of its words is found."""

from importlib.metadata import version as installed
from typing import Annotated, Final

import typer

from cli.lazy_commands import Word, speaking

WORDS: Final = {
    "up": Word(
        "cli.up:up",
        "Start the services and both audit nodes with their servers; Ctrl-C stops it all.",
    ),
    "demo": Word(
        "cli.demo.command:demo",
        "Play the first agreement from a proposal to a certified invoice, then replay the logs.",
    ),
    "migrate": Word(
        "cli.migrate:migrate",
        "Bring the database of a service, named in ACCORD_MIGRATION_URL, up to date.",
    ),
    "rebuild": Word(
        "cli.rebuild:rebuild",
        "Derive a service's views from its log again, beside those in use, and swap them in.",
    ),
    "reindex": Word(
        "cli.reindex:reindex",
        "Make the index of intake's vault again: who is found by which spelling (G9).",
    ),
    "vault": Word("cli.vault.words:vault", "The keys of intake's vault."),
    "findings": Word(
        "cli.topic_findings:findings",
        "Show, and acknowledge, what lay in a service's followed topics and is not the logs'.",
    ),
    "check-migrations": Word(
        "cli.migrate:check_migrations",
        "Say whether each service's migrations lead to the tables that its code has.",
    ),
    "token": Word(
        "cli.local.token:token",
        "Print a token for one office of a party, signed with the local stack's key.",
    ),
    "agreement": Word("cli.agreement.words:agreement", "Sign the terms of an agreement."),
    "audit": Word("cli.audit.words:audit", "Prove, replay and export what was recorded."),
    "keys": Word("cli.keys.words:keys", "Keys of parties, logs and witnesses; and the policy."),
}


def _say_version(wanted: bool) -> None:  # noqa: FBT001 - Typer hands an option over so
    if wanted:
        typer.echo(f"accord {installed('accord')}")
        raise typer.Exit


def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version, and nothing else.",
            callback=_say_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """What stands before a word."""


app = speaking(
    WORDS,
    "Accord: the ledger that two governments share. "
    "Exit status: 0 good, 1 finding, 2 used wrongly, 3 could not.",
    _options,
)


def main() -> None:
    """Run the command that the arguments name."""
    app()

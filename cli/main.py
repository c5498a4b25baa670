"""The `accord` command: where each of its words is found."""

import typer

from cli.credentials import keys, token
from cli.demo.command import demo
from cli.migrate import check_migrations, migrate
from cli.up import up

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Accord: the ledger that two governments share. "
    "Exit status: 0 good, 1 finding, 2 used wrongly, 3 could not.",
)
app.command()(up)
app.command()(demo)
app.command()(migrate)
app.command()(check_migrations)
app.command()(token)
app.add_typer(keys, name="keys")


def main() -> None:
    """Run the command that the arguments name."""
    app()

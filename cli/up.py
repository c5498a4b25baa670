"""`accord up`: the local stack in the foreground, until Ctrl-C."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from cli.local.addresses import PORTS, ports_from
from cli.local.folder import DEFAULT
from cli.local.stack import LocalStack
from cli.output import Json, reporting
from cli.own_name import own_name

ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SAMPLE: Final = ("USA", "intake-agency", "trying-it-out")


def up(
    folder: Annotated[Path, typer.Option(help="keeps data, keys and logs")] = DEFAULT,
    *,
    free_ports: Annotated[
        bool, typer.Option("--free-ports", help="any free ports instead of 8001 to 8005")
    ] = False,
    port_base: Annotated[
        int, typer.Option(help="the first of five ports in a row", envvar="ACCORD_PORT_BASE")
    ] = PORTS["intake"],
    port: Annotated[
        list[str] | None, typer.Option(help="of one program, e.g. billing=9003; repeat for each")
    ] = None,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output, _interruptible():
        ports = ports_from(port_base, port or ())
        stack = LocalStack(folder, ports="free" if free_ports else ports, say=output.say)
        try:
            stack.start()
            output.result(_document(stack), _table(stack), _words(stack))
            stack.wait()
            output.say("stopping")
        finally:
            _leave_alone()
            stack.stop()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Until the stack waits for them itself, SIGTERM and SIGHUP interrupt as Ctrl-C does."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave_alone() -> None:
    """From here on nothing interrupts: a second Ctrl-C must not leave a process behind."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)


def _document(stack: LocalStack) -> dict[str, object]:
    return {
        "urls": stack.urls,
        "broker": stack.kafka_bootstrap or "memory",
        "why_no_kafka": stack.why_no_kafka,
        "policy": str(stack.folder.log_keys.policy.resolve()),
        "folder": str(stack.folder.root.resolve()),
        "logs": str(stack.log.resolve()),
        "pid": os.getpid(),
        "pids": {service: stack.pid(service) for service in stack.urls},
        "token": stack.token(*SAMPLE),
    }


def _table(stack: LocalStack) -> Table:
    table = Table("what", "where")
    for service, url in stack.urls.items():
        table.add_row(service, url)
    table.add_row("Kafka", stack.kafka_bootstrap or "none: one process, its broker in memory")
    table.add_row("policy", str(stack.folder.log_keys.policy))
    table.add_row("logs", str(stack.log))
    return table


def _words(stack: LocalStack) -> str:
    party, office, subject = SAMPLE
    accord, policy = own_name(), stack.folder.log_keys.policy
    return (
        f"A token of {office} of {party}, good for 12 hours (others: `{accord} token --help`):\n"
        f"export TOKEN={stack.token(party, office, subject)}\n"
        f'curl -H "Authorization: Bearer $TOKEN" {stack.urls["intake"]}/v1/cases\n'
        f"{accord} audit verify {stack.urls['audit-usa']} --policy {policy}\n"
        "Ctrl-C stops all of it."
    )

"""`accord keys log|witness|policy`: what logs and witnesses sign with, and who trusts whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.output import CouldNot, Json, UsedWrongly, reporting
from shared.sealing.keyfiles import KeySeeds, new_seeds, write_seeds
from shared.transparency.errors import TransparencyError
from shared.transparency.keys import VerifierKey
from shared.transparency.policy import LogEntry, Policy, bilateral

PUBLIC = ".pub"

Out = Annotated[Path, typer.Option("--out", help="the new file")]
Public = Annotated[
    list[str], typer.Option(help="a public key file, FILE.pub or FILE.pub=URL; repeat for each")
]


def log(
    origin: Annotated[str, typer.Argument(help="e.g. accord.example/intake/0")],
    out: Out,
    *,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        keys = make(origin, out, lambda seeds: seeds.log_signers().verifiers)
        output.result(_made(origin, out, keys), f"{out}: private. {out}{PUBLIC}: give it to all")


def witness(
    name: Annotated[str, typer.Argument(help="e.g. audit.usa.accord.example")],
    out: Out,
    *,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        keys = make(name, out, lambda seeds: seeds.witness_signers().verifiers)
        output.result(_made(name, out, keys), f"{out}: private. {out}{PUBLIC}: give it to all")


def policy(log: Public, witness: Public, out: Out, *, as_json: Json = False) -> None:
    with reporting(as_json=as_json) as output:
        written = bilateral_policy(log, witness)
        _write_new(out, written.encode())
        document = {
            "file": str(out),
            "logs": list(written.origins),
            "witnesses": list(written.witness_names),
            "quorum": written.quorum,
        }
        output.result(document, f"{out}: final is what {' and '.join(written.witness_names)} sign")


def make(name: str, out: Path, verifiers: Callable[[KeySeeds], Sequence[VerifierKey]]) -> list[str]:
    """Write new private keys, and beside them the public ones; keys are never replaced."""
    seeds = new_seeds(name)
    try:
        keys = [key.encode() for key in verifiers(seeds)]
    except TransparencyError as error:
        raise UsedWrongly(str(error)) from error
    _write_new(out, seeds)
    _write_new(out.with_name(out.name + PUBLIC), "".join(f"{key}\n" for key in keys))
    return keys


def bilateral_policy(logs: Sequence[str], witnesses: Sequence[str]) -> Policy:
    """The policy that trusts these logs once all these witnesses have cosigned."""
    try:
        entries = [LogEntry(key, url) for named in logs for key, url in _keys(named)]
        return bilateral(entries, [pair for named in witnesses for pair in _keys(named)])
    except TransparencyError as error:
        raise UsedWrongly(str(error)) from error


def _keys(named: str) -> Iterator[tuple[VerifierKey, str | None]]:
    """The keys of a public file, each with the address that was given with it."""
    path, _, url = named.partition("=")
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsedWrongly(f"{path} cannot be read: {error}") from error
    for line in lines:
        yield VerifierKey.parse(line), url or None


def _write_new(path: Path, content: KeySeeds | str) -> None:
    try:
        if isinstance(content, str):
            with path.open("x", encoding="utf-8") as file:
                file.write(content)
        else:
            write_seeds(path, content)
    except FileExistsError as error:
        raise CouldNot(f"{path} is there already: it is never replaced, name another") from error


def _made(name: str, out: Path, keys: Sequence[str]) -> dict[str, object]:
    return {"name": name, "private": str(out), "public": f"{out}{PUBLIC}", "keys": list(keys)}

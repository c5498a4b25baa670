"""`accord audit prove` and `check-proof`: one entry, in a file that anybody can check offline."""

from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from cli.audit.render import document, shown
from cli.audit.source import Source
from cli.audit.source_audit import SourceAudit
from cli.audit.trust import Trust
from cli.audit.verify import LOCAL_NODE, From, ItsOwn, PolicyFile, opened, trusted
from cli.output import FINDING, CouldNot, Json, Output, UsedWrongly, reporting
from shared.transparency.bundle import parse_bundle
from shared.transparency.errors import TransparencyError
from shared.transparency.proofs import inclusion_nodes, inclusion_proof
from shared.transparency.signed_checkpoint import SignedCheckpoint
from shared.transparency.tiles import TILE_WIDTH, TileReader, tiles_for
from shared.transparency.tlog_proof import TlogProof, parse_tlog_proof, verify_tlog_proof

SUFFIX: Final = ".tlog-proof"


def prove(
    origin: Annotated[str, typer.Argument(help="the log, e.g. accord.example/intake/0")],
    sequence: Annotated[int, typer.Argument(help="the entry's index in it", min=0)],
    source: From = LOCAL_NODE,
    out: Annotated[Path | None, typer.Option(help="the proof; the entry goes beside it")] = None,
    policy: PolicyFile = None,
    *,
    its_policy: ItsOwn = False,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output, opened(source) as logs:
        trust = trusted(logs, policy, its_policy=its_policy)
        signed = _signed(logs, trust, origin, output)
        if sequence >= signed.checkpoint.size:
            raise CouldNot(
                f"{origin}#{sequence} is not final: the log has {signed.checkpoint.size} entries"
            )
        proof, entry = _proof(logs, signed, sequence)
        _check(output, proof, entry, trust, f"{origin}#{sequence}")
        name = out or Path(f"{origin.split('/')[-2:][0]}-{sequence}{SUFFIX}")
        name.write_bytes(proof.encode())
        name.with_suffix(".entry").write_bytes(entry)
        _tell(output, name, signed, proof, trust)


def check_proof(
    proof: Annotated[Path, typer.Argument(help=f"a {SUFFIX} file")],
    entry: Annotated[Path, typer.Option(help="the entry's bytes, as they were given to you")],
    policy: Annotated[Path, typer.Option(help="your own copy of the policy")],
    *,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        trust = Trust.given(policy)
        try:
            content, given = entry.read_bytes(), proof.read_bytes()
        except OSError as error:
            raise UsedWrongly(f"{error.filename} cannot be read: {error.strerror}") from error
        try:
            parsed = parse_tlog_proof(given)
        except TransparencyError as error:
            _refuse(output, f"{proof} is no proof: {error}")
        signed = _check(output, parsed, content, trust, str(entry))
        _tell(output, proof, signed, parsed, trust)


def _signed(logs: Source, trust: Trust, origin: str, output: Output) -> SignedCheckpoint:
    """The log's newest final checkpoint; without one the command ends with what is wrong."""
    check = SourceAudit(logs, trust, (origin,))
    audit = check.so_far()
    if audit.findings or audit.unchecked:
        output.result(document(audit), *shown(audit))
        raise typer.Exit(audit.status)
    return check.checkpoints[origin]


def _proof(logs: Source, signed: SignedCheckpoint, sequence: int) -> tuple[TlogProof, bytes]:
    origin, size = signed.checkpoint.origin, signed.checkpoint.size
    needed = tiles_for(inclusion_nodes(sequence, size), size)
    tiles = TileReader(size, {tile: logs.tile(origin, tile) for tile in needed})
    index, within = divmod(sequence, TILE_WIDTH)
    width = min(TILE_WIDTH, size - index * TILE_WIDTH)
    try:
        entry = parse_bundle(logs.bundle(origin, index, width), width)[within]
        path = tuple(inclusion_proof(sequence, size, tiles.hash_of))
    except TransparencyError as error:
        raise CouldNot(f"{origin}#{sequence} cannot be proved: {error}") from error
    return TlogProof(sequence, path, signed.encoded), entry


def _check(
    output: Output, proof: TlogProof, entry: bytes, trust: Trust, what: str
) -> SignedCheckpoint:
    try:
        return verify_tlog_proof(proof, entry, trust.policy)
    except TransparencyError as error:
        _refuse(output, f"{what} is not proved: {error}")


def _refuse(output: Output, why: str) -> NoReturn:
    output.complain(why)
    raise typer.Exit(FINDING)


def _tell(
    output: Output, file: Path, signed: SignedCheckpoint, proof: TlogProof, trust: Trust
) -> None:
    checkpoint = signed.checkpoint
    by = trust.policy.judge(signed).by
    told = {
        "good": True,
        "origin": checkpoint.origin,
        "sequence": proof.index,
        "proof": str(file),
        "hashes": len(proof.proof),
        "size": checkpoint.size,
        "cosigned_by": list(by),
        "policy": trust.whose,
    }
    line = (
        f"good: {checkpoint.origin}#{proof.index} is proved by {file} ({len(proof.proof)} hashes, "
        f"cosigned by {' and '.join(by)}; policy: {trust.whose})"
    )
    output.result(told, line)

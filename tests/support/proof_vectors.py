"""Proof vectors of another hand: 196 of transparency-dev/merkle, in a folder that CI names.

They are not part of this repository. `PROOF_VECTORS` names the folder with `inclusion.json` and
`consistency.json`; without it the conformance test has our own vectors only, and the run says so.
"""

import os
from pathlib import Path
from typing import Final, TypeVar

import msgspec

NAMED_IN: Final = "PROOF_VECTORS"
OF_EACH_KIND: Final = 98
_WHAT_TO_DO: Final = (
    f"Set {NAMED_IN} to a folder with inclusion.json and consistency.json, {OF_EACH_KIND} vectors"
    " each (transparency-dev/merkle, testdata), or unset it to run with our own vectors only."
)
Vector = TypeVar("Vector", bound="InclusionVector | ConsistencyVector")


class InclusionVector(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One inclusion proof and whether it must be refused."""

    leaf_idx: int
    tree_size: int
    root: bytes
    leaf_hash: bytes
    proof: tuple[bytes, ...] | None
    desc: str
    want_err: bool
    name: str


class ConsistencyVector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One consistency proof and whether it must be refused."""

    size1: int
    size2: int
    root1: bytes
    root2: bytes
    proof: tuple[bytes, ...] | None
    desc: str
    want_err: bool = msgspec.field(name="wantErr")
    name: str = ""


def named_folder() -> Path | None:
    """The folder that the environment names, if it names one."""
    named = os.environ.get(NAMED_IN)
    return None if named is None else Path(named)


def which_vectors() -> str:
    """What this run has, for its first lines."""
    folder = named_folder()
    if folder is None:
        return f"proof vectors: our own only ({NAMED_IN} is unset)"
    return f"proof vectors: our own, and those of {folder}"


def read_vectors(folder: Path, kind: type[Vector]) -> list[Vector]:
    """All vectors of one kind; raises `AssertionError`, saying what to do, unless all are there."""
    path = folder / ("inclusion.json" if kind is InclusionVector else "consistency.json")
    try:
        vectors = msgspec.json.decode(path.read_bytes(), type=list[kind])  # type: ignore[valid-type]  # msgspec builds the list's type from the class it is given
    except (OSError, msgspec.MsgspecError) as error:
        raise AssertionError(f"{path}: {error}. {_WHAT_TO_DO}") from error
    assert len(vectors) == OF_EACH_KIND, f"{path}: {len(vectors)} vectors. {_WHAT_TO_DO}"
    return vectors

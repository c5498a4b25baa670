"""Every proof vector, third-party or our own, gets exactly the answer that it wants."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from msgspec.structs import replace

from shared.transparency.errors import ProofRefused
from shared.transparency.merkle import EMPTY_ROOT
from shared.transparency.verify import verify_consistency, verify_inclusion
from tests.support.proof_vectors import (
    NAMED_IN,
    OF_EACH_KIND,
    ConsistencyVector,
    InclusionVector,
    named_folder,
    read_vectors,
    which_vectors,
)
from tests.support.trees import defined_root, known_leaves, with_one_bit_flipped

Vectors: TypeAlias = Sequence[InclusionVector | ConsistencyVector]
SOURCES = ["our own", "third party"] if named_folder() else ["our own"]


def refused(vector: InclusionVector | ConsistencyVector) -> bool:
    """Whether our verifier refuses the vector's proof."""
    try:
        if isinstance(vector, InclusionVector):
            verify_inclusion(
                index=vector.leaf_idx,
                size=vector.tree_size,
                leaf=vector.leaf_hash,
                proof=vector.proof or (),
                root=vector.root,
            )
        else:
            verify_consistency(
                old=vector.size1,
                new=vector.size2,
                old_root=vector.root1,
                new_root=vector.root2,
                proof=vector.proof or (),
            )
    except ProofRefused:
        return True
    return False


def wrongly_answered(vectors: Vectors) -> list[str]:
    """The names of the vectors whose answer is not the one that they want."""
    return [vector.name for vector in vectors if refused(vector) is not vector.want_err]


def vectors_of(source: str) -> tuple[Vectors, Vectors]:
    """The inclusion and the consistency vectors of a source."""
    folder = named_folder()
    if source == "our own" or folder is None:
        return [*own_inclusion()], [*own_consistency()]
    return read_vectors(folder, InclusionVector), read_vectors(folder, ConsistencyVector)


@pytest.mark.parametrize("source", SOURCES)
def test_every_vector_gets_exactly_the_wanted_answer(source: str) -> None:
    for vectors in vectors_of(source):
        assert wrongly_answered(vectors) == []
        assert {vector.want_err for vector in vectors} == {True, False}
        assert len(vectors) >= OF_EACH_KIND


def test_a_wrong_answer_is_found() -> None:
    vectors: Vectors = [*own_inclusion(), *own_consistency()]
    other_answers: Vectors = [replace(vector, want_err=not vector.want_err) for vector in vectors]
    assert wrongly_answered(other_answers) == [vector.name for vector in vectors]


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b'[{"leafIdx": 0}]'])
def test_a_folder_without_all_the_vectors_fails_and_says_what_to_set(
    content: bytes | None, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "inclusion.json").write_bytes(content)
    with pytest.raises(AssertionError, match=f"Set {NAMED_IN} to a folder with inclusion"):
        read_vectors(tmp_path, InclusionVector)


def test_a_run_says_which_vectors_it_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(NAMED_IN, raising=False)
    assert which_vectors() == "proof vectors: our own only (PROOF_VECTORS is unset)"
    monkeypatch.setenv(NAMED_IN, str(tmp_path))
    assert which_vectors() == f"proof vectors: our own, and those of {tmp_path}"


def own_inclusion() -> Iterator[InclusionVector]:
    """Right proofs by the RFC's definition, and each of them made wrong in every way."""
    for index, size in ((0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (6, 7), (256, 257)):
        leaves = known_leaves(size)
        right = InclusionVector(
            leaf_idx=index,
            tree_size=size,
            root=defined_root(leaves),
            leaf_hash=leaves[index],
            proof=(*defined_path(index, leaves),),
            desc="right",
            want_err=False,
            name=f"inclusion/{index}-{size}/right",
        )
        yield right
        changes: tuple[dict[str, Any], ...] = (
            *({"leaf_idx": other} for other in (index ^ 2, index + 1, index + size, 2**64 - 1)),
            *({"tree_size": other} for other in (0, size // 2, size * 2, size * 4)),
            *({"leaf_hash": wrong} for wrong in wrong_hashes(right.leaf_hash)),
            *({"root": wrong} for wrong in wrong_hashes(right.root)),
            *({"proof": wrong} for wrong in wrong_proofs(right.proof or (), right.root)),
        )
        for number, change in enumerate(changes):
            name = f"{right.name[:-5]}{number}-{','.join(change)}"
            yield replace(right, want_err=True, name=name, desc="wrong", **change)


def own_consistency() -> Iterator[ConsistencyVector]:
    """Right proofs by the RFC's definition, and each of them made wrong in every way."""
    for old, new in ((1, 1), (1, 8), (6, 8), (2, 5), (6, 7), (4, 8), (255, 257)):
        leaves = known_leaves(new)
        right = ConsistencyVector(
            size1=old,
            size2=new,
            root1=defined_root(leaves[:old]),
            root2=defined_root(leaves),
            proof=(*defined_subproof(old, leaves, whole=True),),
            desc="right",
            want_err=False,
            name=f"consistency/{old}-{new}/right",
        )
        yield right
        changes: tuple[dict[str, Any], ...] = (
            *({"size1": other} for other in (0, old ^ 2, old + new, 2**64 - 1)),
            *({"size2": other} for other in (0, old - 1, new * 2, new * 4)),
            *({"root1": wrong} for wrong in wrong_hashes(right.root1)),
            *({"root2": wrong} for wrong in wrong_hashes(right.root2)),
            *({"proof": wrong} for wrong in wrong_proofs(right.proof or (), right.root1)),
        )
        for number, change in enumerate(changes):
            name = f"{right.name[:-5]}{number}-{','.join(change)}"
            yield replace(right, want_err=True, name=name, desc="wrong", **change)


def wrong_hashes(right: bytes) -> tuple[bytes, ...]:
    """What may stand in a hash's place, and must not pass for it."""
    return with_one_bit_flipped(right, 3), EMPTY_ROOT, right[:-1], right + b"\0", b""


def wrong_proofs(right: tuple[bytes, ...], root: bytes) -> Iterator[tuple[bytes, ...]]:
    """What may stand in a proof's place, and must not pass for it."""
    for extra in (b"", root, EMPTY_ROOT):
        yield (extra, *right)
        yield (*right, extra)
    for index, held in enumerate(right):
        yield (*right[:index], with_one_bit_flipped(held, 4), *right[index + 1 :])
        yield (*right[:index], held[:-1], *right[index + 1 :])
    if right:
        yield from (right[1:], right[:-1], ())


def defined_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]), word for word as RFC 6962 §2.1.1 defines it."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*defined_path(index, leaves[:split]), defined_root(leaves[split:])]
    return [*defined_path(index - split, leaves[split:]), defined_root(leaves[:split])]


def defined_subproof(old: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b), word for word as RFC 6962 §2.1.2 defines it."""
    if old == len(leaves):
        return [] if whole else [defined_root(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= split:
        left = defined_subproof(old, leaves[:split], whole=whole)
        return [*left, defined_root(leaves[split:])]
    right = defined_subproof(old - split, leaves[split:], whole=False)
    return [*right, defined_root(leaves[:split])]

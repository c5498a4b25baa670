"""Verifiers of other hands accept what we sign, and nobody accepts it after a byte was changed.

tlog-scales verifies log signatures and both kinds of cosignatures, metamorphic-log notes with
Ed25519 signatures. What tlog-scales signs is accepted here.
"""

from collections.abc import Iterator

import metamorphic_log
import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales import signing, tlog

from shared.transparency.checkpoint import Checkpoint, parse_checkpoint
from shared.transparency.cosignature import verify_cosignature
from shared.transparency.errors import TransparencyError
from shared.transparency.keys import ED25519, VerifierKey
from shared.transparency.note import (
    Note,
    NoteSignature,
    parse_note,
    sign_note,
    verify_note,
    with_signatures,
)
from shared.transparency.signed_checkpoint import open_checkpoint, sign_checkpoint
from tests.support.signers import LOG, SLV, USA, known_checkpoint, log_signers, signed
from tests.support.trees import with_one_bit_flipped

REFUSALS_ELSEWHERE = (InvalidSignature, IndexError, OverflowError, RuntimeError, ValueError)
KEYS = (*LOG.verifiers, *USA.verifiers, *SLV.verifiers)
WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789./-"), min_size=1)
CHECKPOINTS = st.builds(
    Checkpoint,
    WORDS.filter(lambda word: len(word) < 200),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)


def accept_elsewhere(data: bytes, key: VerifierKey) -> Note:
    """The note that tlog-scales reads; it raises unless this key has signed its checkpoint."""
    read = tlog.Checkpoint.from_text(data.decode())
    read.verify(signing.Vkey.from_string(key.encode()))
    signatures = (
        NoteSignature(signature.name, signature.key_id.to_bytes(4, "big"), signature.payload)
        for signature in read.signatures
    )
    return Note(Checkpoint(read.origin, read.size, read.root_hash).text(), tuple(signatures))


def accept_note_elsewhere(data: bytes, key: VerifierKey) -> Checkpoint:
    """The checkpoint that metamorphic-log reads; it raises unless this key has signed it."""
    read = metamorphic_log.checkpoint_verify(data.decode(), [key.encode()])
    assert read.extensions == []
    return Checkpoint(read.origin, read.size, read.root)


def accept_here(data: bytes, key: VerifierKey) -> Note:
    """The note that we read; it raises unless this key has signed its checkpoint."""
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    signature = note.signatures[0]
    if key.kind == ED25519:
        verify_note(note.text, signature, key)
    else:
        verify_cosignature(checkpoint, signature, key)
    return note


@pytest.mark.parametrize("key", KEYS)
def test_every_signature_of_a_final_checkpoint_is_accepted(key: VerifierKey) -> None:
    final = signed(known_checkpoint(5), USA, SLV)
    assert accept_elsewhere(final.encoded, key) == final.note


def test_a_log_signature_among_cosignatures_is_accepted_by_a_reader_of_notes() -> None:
    final = signed(known_checkpoint(5), USA, SLV)
    assert accept_note_elsewhere(final.encoded, LOG.ed25519.verifier) == final.checkpoint


@given(CHECKPOINTS, st.integers(1, 2**63 - 1))
def test_every_checkpoint_that_we_sign_at_any_time_is_accepted(
    checkpoint: Checkpoint, at: int
) -> None:
    log = log_signers(checkpoint.origin)
    note = with_signatures(sign_checkpoint(checkpoint, log, at), USA.cosign(checkpoint, at))
    for key in (*log.verifiers, *USA.verifiers):
        assert accept_elsewhere(note.encode(), key) == note
    assert accept_note_elsewhere(note.encode(), log.ed25519.verifier) == checkpoint


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1))
def test_every_note_that_we_sign_is_accepted(line: str) -> None:
    text = f"{line}\n"
    note = Note(text, (sign_note(text, LOG.ed25519),)).encode().decode()
    assert metamorphic_log.verify_signed_note(note, [LOG.ed25519.verifier.encode()]) == 1


@given(CHECKPOINTS)
def test_what_others_sign_is_accepted_here(checkpoint: Checkpoint) -> None:
    origin, seed = checkpoint.origin, bytes([1]) * 32
    signers: list[signing.CheckpointSigner] = [
        signing.PlainEd25519Signer(origin, seed),
        signing.MLDSA44CosignatureSigner(origin, seed),
    ]
    theirs = tlog.Checkpoint.make_signed(origin, checkpoint.size, checkpoint.root, signers)
    data = theirs.serialize().encode()
    opened = open_checkpoint(data, log_signers(origin).verifiers, origin)
    assert opened.checkpoint == checkpoint
    assert opened.encoded == data


def signed_alone(key: VerifierKey) -> bytes:
    """A checkpoint with one signature, so that every byte of it concerns this key."""
    note = signed(known_checkpoint(1000), USA, SLV).note
    return Note(note.text, note.by(key)).encode()


def with_each_byte_changed(data: bytes) -> Iterator[bytes]:
    for index in range(len(data)):
        yield with_one_bit_flipped(data, index * 8 + index % 8)


@pytest.mark.parametrize("key", KEYS)
def test_a_signed_checkpoint_is_refused_here_after_any_one_byte_was_changed(
    key: VerifierKey,
) -> None:
    intact = signed_alone(key)
    assert accept_here(intact, key).encode() == intact
    for changed in with_each_byte_changed(intact):
        with pytest.raises(TransparencyError):
            accept_here(changed, key)


@pytest.mark.parametrize("key", KEYS)
def test_elsewhere_it_is_refused_or_still_read_as_the_very_same_statement(
    key: VerifierKey,
) -> None:
    """tlog-scales takes other line ends, and base64 whose unused bits are set.

    Such a byte changes no origin, size, root, time or signature.
    """
    intact = signed_alone(key)
    read = [note for data in with_each_byte_changed(intact) if (note := try_elsewhere(data, key))]
    assert set(read) <= {parse_note(intact)}
    assert len(read) < 5


def try_elsewhere(data: bytes, key: VerifierKey) -> Note | None:
    try:
        return accept_elsewhere(data, key)
    except REFUSALS_ELSEWHERE:
        return None


def test_a_reader_of_notes_refuses_it_after_any_one_byte_was_changed() -> None:
    key = LOG.ed25519.verifier
    for changed in with_each_byte_changed(signed_alone(key)):
        with pytest.raises((metamorphic_log.VerifyError, UnicodeDecodeError)):
            accept_note_elsewhere(changed, key)

"""A checkpoint has three lines, and counts when every key of its log has signed it."""

import pytest

from shared.transparency.checkpoint import Checkpoint, parse_checkpoint
from shared.transparency.errors import Malformed, SignatureRefused, TransparencyError
from shared.transparency.keys import Ed25519Signer
from shared.transparency.merkle import EMPTY_ROOT
from shared.transparency.note import Note, with_signatures
from shared.transparency.signed_checkpoint import (
    LogSigners,
    SignedCheckpoint,
    open_checkpoint,
    sign_checkpoint,
)
from tests.support.signers import (
    LOG,
    ORIGIN,
    SIGNED_AT,
    SLV,
    STRANGER,
    USA,
    known_checkpoint,
    log_signers,
    signed,
)

PUBLISHED = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""
EMPTY = f"origin\n0\n{'47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='}\n"


def test_the_example_of_the_specification_is_read_as_it_is_written() -> None:
    checkpoint = parse_checkpoint(PUBLISHED)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text() == PUBLISHED


def test_the_checkpoint_of_an_empty_log() -> None:
    assert parse_checkpoint(EMPTY) == Checkpoint("origin", 0, EMPTY_ROOT)


def test_an_origin_may_have_spaces() -> None:
    assert parse_checkpoint(EMPTY.replace("origin", "a + b\u00a0c")).origin == "a + b\u00a0c"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "newline"),
        (EMPTY[:-1], "newline"),
        (EMPTY + "extension\n", "not 4 lines"),
        (EMPTY + "\n", "not 4 lines"),
        ("origin\n0\n", "not 2 lines"),
        (EMPTY.replace("origin", ""), "origin is empty"),
        (EMPTY.replace("origin", "o\rigin"), "control character"),
        (EMPTY.replace("origin", "o\ud800"), "not valid Unicode"),
        (EMPTY.replace("origin", "é" * 128), "longer than 255"),
        (EMPTY.replace("\n0\n", "\n00\n"), "leading zeros"),
        (EMPTY.replace("\n0\n", "\n01\n"), "leading zeros"),
        (EMPTY.replace("\n0\n", "\n+1\n"), "leading zeros"),
        (EMPTY.replace("\n0\n", "\n-1\n"), "leading zeros"),
        (EMPTY.replace("\n0\n", "\n1_0\n"), "leading zeros"),
        (EMPTY.replace("\n0\n", "\n 1\n"), "leading zeros"),
        (EMPTY.replace("\n0\n", "\n\n"), "leading zeros"),
        (EMPTY.replace("\n0\n", "\n١\n"), "leading zeros"),  # noqa: RUF001 - an Arabic digit one
        (EMPTY.replace("\n0\n", f"\n{2**63}\n"), "leading zeros"),
        (EMPTY.replace("\n0\n", f"\n{'9' * 5000}\n"), "leading zeros"),
        (EMPTY.replace("FU=", "FV="), "not canonical"),
        (EMPTY.replace("FU=", "FU"), "not base64"),
        (EMPTY.replace("47DE", "47-_"), "not base64"),
        (EMPTY.replace("47DE", ""), "has 29 bytes, not 32"),
    ],
)
def test_a_checkpoint_that_is_written_otherwise_is_refused(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_checkpoint(text)


def test_the_largest_size_is_2_to_the_63_less_one() -> None:
    text = EMPTY.replace("\n0\n", f"\n{2**63 - 1}\n")
    assert parse_checkpoint(text).size == 2**63 - 1
    for size in (-1, 2**63):
        with pytest.raises(Malformed, match="between 0 and"):
            Checkpoint("origin", size, EMPTY_ROOT)


def test_a_root_has_32_bytes() -> None:
    with pytest.raises(Malformed, match="31 bytes"):
        Checkpoint("origin", 0, bytes(31))


def test_a_checkpoint_that_its_log_signed_with_every_key_is_opened() -> None:
    data = signed(known_checkpoint(3), USA, SLV, STRANGER).encoded
    opened = open_checkpoint(data, LOG.verifiers, ORIGIN)
    assert opened.checkpoint == known_checkpoint(3)
    assert opened.encoded == data
    assert len(opened.note.signatures) == 8


@pytest.mark.parametrize("missing", [0, 1])
def test_the_signature_of_one_key_of_a_log_is_not_enough(missing: int) -> None:
    note = sign_checkpoint(known_checkpoint(3), LOG, SIGNED_AT)
    half = Note(note.text, (note.signatures[1 - missing],))
    with pytest.raises(SignatureRefused, match=LOG.verifiers[missing].id.hex()):
        open_checkpoint(half.encode(), LOG.verifiers, ORIGIN)


def test_a_wrong_signature_beside_a_right_one_of_the_same_key_spoils_the_note() -> None:
    right = sign_checkpoint(known_checkpoint(3), LOG, SIGNED_AT)
    wrong = sign_checkpoint(known_checkpoint(4), LOG, SIGNED_AT)
    note = Note(right.text, right.signatures + wrong.signatures)
    with pytest.raises(SignatureRefused, match="does not verify"):
        open_checkpoint(note.encode(), LOG.verifiers, ORIGIN)


def test_the_same_signature_twice_is_no_lie() -> None:
    note = sign_checkpoint(known_checkpoint(3), LOG, SIGNED_AT)
    twice = Note(note.text, note.signatures * 2)
    assert open_checkpoint(twice.encode(), LOG.verifiers, ORIGIN).note == twice


def test_a_key_with_the_name_of_the_log_is_not_the_logs_key() -> None:
    data = signed(known_checkpoint(3), log=log_signers(first_byte=9)).encoded
    with pytest.raises(SignatureRefused, match="has not signed"):
        open_checkpoint(data, LOG.verifiers, ORIGIN)


def test_another_logs_checkpoint_is_refused() -> None:
    data = signed(known_checkpoint(3)).encoded
    with pytest.raises(SignatureRefused, match="is not one of"):
        open_checkpoint(data, LOG.verifiers, "accord.example/billing/0")


def test_without_a_known_key_nothing_is_signed() -> None:
    with pytest.raises(SignatureRefused, match="no key"):
        open_checkpoint(signed(known_checkpoint(3)).encoded, (), ORIGIN)


def test_every_byte_of_a_signed_checkpoint_counts() -> None:
    data = signed(known_checkpoint(1000)).encoded
    for index in range(len(data)):
        changed = bytearray(data)
        changed[index] ^= 1 << index % 8
        with pytest.raises(TransparencyError):
            open_checkpoint(bytes(changed), LOG.verifiers, ORIGIN)


def test_a_log_signs_its_own_checkpoints_only() -> None:
    with pytest.raises(Malformed, match="does not sign checkpoints of other"):
        sign_checkpoint(known_checkpoint(3, "other"), LOG, SIGNED_AT)


def test_the_two_keys_of_a_log_are_of_one_log_and_of_the_right_kinds() -> None:
    assert LOG.origin == ORIGIN
    with pytest.raises(Malformed, match="one name"):
        LogSigners(Ed25519Signer("other", bytes(32)), LOG.ml_dsa_44)
    with pytest.raises(Malformed, match="does not sign notes"):
        LogSigners(Ed25519Signer(ORIGIN, bytes(32), 0x04), LOG.ml_dsa_44)


def test_cosignatures_added_later_leave_the_checkpoint_as_it_was() -> None:
    checkpoint = known_checkpoint(3)
    bare = signed(checkpoint)
    more = with_signatures(bare.note, USA.cosign(checkpoint, SIGNED_AT))
    cosigned = SignedCheckpoint(checkpoint, more)
    assert cosigned.encoded.startswith(bare.encoded)
    assert open_checkpoint(cosigned.encoded, LOG.verifiers, ORIGIN) == cosigned

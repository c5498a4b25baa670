"""A note is a text and its signatures, written in one way only."""

import pytest

from shared.transparency.errors import Malformed, SignatureRefused
from shared.transparency.keys import VerifierKey
from shared.transparency.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    Note,
    NoteSignature,
    parse_note,
    parse_signature_lines,
    sign_note,
    signature_lines,
    verify_note,
    with_signatures,
)
from tests.support.signers import LOG, STRANGER, USA, log_signers

PUBLISHED = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
""".encode()  # noqa: E501 - the example of golang.org/x/mod/sumdb/note, byte for byte
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
LINE = "— name c29tZSBzaWduYXR1cmU=\n".encode()


def one(
    name: str = "name", key_id: bytes = b"some", signature: bytes = b" signature"
) -> NoteSignature:
    return NoteSignature(name, key_id, signature)


def read_and_verify(data: bytes, key: VerifierKey) -> Note:
    note = parse_note(data)
    for signature in note.signatures:
        verify_note(note.text, signature, key)
    return note


def test_the_example_of_the_first_implementation_verifies() -> None:
    assert read_and_verify(PUBLISHED, VerifierKey.parse(PUBLISHED_KEY)).encode() == PUBLISHED


def test_every_byte_of_a_note_counts() -> None:
    key = VerifierKey.parse(PUBLISHED_KEY)
    for index in range(len(PUBLISHED)):
        changed = bytearray(PUBLISHED)
        changed[index] ^= 1
        with pytest.raises((Malformed, SignatureRefused)):
            read_and_verify(bytes(changed), key)


def test_the_last_empty_line_parts_the_text_from_the_signatures() -> None:
    note = parse_note(b"\n\none\n\ntwo\n\n\n" + LINE)
    assert note == Note("\n\none\n\ntwo\n\n", (one(),))
    assert parse_note(note.encode()) == note


def test_a_signature_line_is_read_as_it_is_written() -> None:
    assert parse_signature_lines(LINE * 2) == (one(), one())
    assert signature_lines([one()]) == LINE


def test_a_note_may_have_as_many_signatures_as_every_verifier_must_accept_and_more() -> None:
    assert MAX_SIGNATURES >= 16
    assert len(parse_note(b"text\n\n" + LINE * MAX_SIGNATURES).signatures) == MAX_SIGNATURES
    with pytest.raises(Malformed, match="1 to 64 signatures, not 65"):
        parse_note(b"text\n\n" + LINE * (MAX_SIGNATURES + 1))
    with pytest.raises(Malformed, match="1 to 64 signatures, not 65"):
        parse_signature_lines(LINE * (MAX_SIGNATURES + 1))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no empty line"),
        (LINE, "no empty line"),
        (b"text\n" + LINE, "no empty line"),
        (b"text\n\n", "does not end in a newline"),
        (b"text\n\n" + LINE[:-1], "does not end in a newline"),
        (b"text\n\n" + LINE + b"\n", "does not end in a newline"),
        (b"text\n\n" + LINE + b"more\n", "em dash"),
        (b"text\n\n" + LINE.replace("—".encode(), b"-"), "em dash"),
        (b"text\n\n" + LINE.replace(b"name ", b""), "shorter than"),
        (b"text\n\n" + LINE.replace(b"name", b"na+me"), "space or a plus"),
        (b"text\n\n" + LINE.replace(b"name", "na\u00a0me".encode()), "space or a plus"),
        (b"text\n\n" + LINE.replace(b"name", b""), "is empty"),
        (b"text\n\n" + LINE.replace(b"name ", b"name  "), "not base64"),
        (b"text\n\n" + LINE.replace(b"=\n", b"= \n"), "not base64"),
        (b"text\n\n" + LINE.replace(b"=", b""), "not base64"),
        (b"text\n\n" + LINE.replace(b"cmU=", b"cmV="), "not canonical"),
        (b"text\n\n" + LINE.replace(b"c29tZSBzaWduYXR1cmU=", b"c29tZQ=="), "shorter than"),
        (b"text\n\n" + LINE.replace(b"c29tZSBzaWduYXR1cmU=", b"c29t"), "shorter than"),
        (b"text\r\n\n" + LINE, "control character"),
        (b"text\x00\n\n" + LINE, "control character"),
        (b"text\xff\n\n" + LINE, "not UTF-8"),
    ],
)
def test_a_note_that_is_written_otherwise_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_note(data)


def test_a_note_has_a_largest_size() -> None:
    text = b"x" * (MAX_NOTE_BYTES - len(LINE) - 2)
    assert len(parse_note(text + b"\n\n" + LINE).encode()) == MAX_NOTE_BYTES
    with pytest.raises(Malformed, match="more than"):
        parse_note(text + b"x\n\n" + LINE)


@pytest.mark.parametrize(
    ("text", "said"), [("text", "newline"), ("a\tb\n", "control"), ("\ud800\n", "Unicode")]
)
def test_what_could_not_be_read_again_is_not_a_note(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        Note(text, (one(),))


def test_a_note_without_signatures_is_not_one() -> None:
    with pytest.raises(Malformed, match="not 0"):
        Note("text\n", ())


def test_a_newer_signature_takes_the_place_of_the_same_keys_older_one() -> None:
    newer, other = one(signature=b"newer"), one(key_id=b"else")
    note = with_signatures(Note("text\n", (one(),)), [other, newer])
    assert note.signatures == (newer, other)


def test_a_key_verifies_its_own_signatures_only() -> None:
    signature = sign_note("text\n", LOG.ed25519)
    verify_note("text\n", signature, LOG.ed25519.verifier)
    with pytest.raises(SignatureRefused, match="does not verify"):
        verify_note("test\n", signature, LOG.ed25519.verifier)
    namesake = log_signers(first_byte=9).ed25519.verifier
    for key in (namesake, STRANGER.verifiers[0]):
        with pytest.raises(SignatureRefused, match="is not one of"):
            verify_note("text\n", signature, key)


def test_a_key_that_cosigns_checkpoints_signs_no_text() -> None:
    cosigner = USA.verifiers[0]
    with pytest.raises(Malformed, match="does not sign texts"):
        sign_note("text\n", USA.ed25519)
    signature = NoteSignature(cosigner.name, cosigner.id, bytes(64))
    with pytest.raises(SignatureRefused, match="is not one of"):
        verify_note("text\n", signature, cosigner)


def test_a_signature_is_anothers_when_its_name_or_its_key_id_is() -> None:
    key = LOG.ed25519.verifier
    signature = sign_note("text\n", LOG.ed25519)
    note = Note("text\n", (one(key_id=key.id), one(name=key.name), signature))
    assert note.by(key) == (signature,)

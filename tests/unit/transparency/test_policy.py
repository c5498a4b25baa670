"""A policy says whose signatures make a checkpoint final: both governments'."""

from __future__ import annotations

import pytest

from shared.transparency.errors import Malformed, SignatureRefused
from shared.transparency.keys import VerifierKey
from shared.transparency.note import Note, with_signatures
from shared.transparency.policy import (
    LogEntry,
    Policy,
    PolicyVerdict,
    WitnessEntry,
    parse_policy,
)
from shared.transparency.quorum import Group
from shared.transparency.signed_checkpoint import SignedCheckpoint
from tests.support.signers import (
    LOG,
    ORIGIN,
    POLICY,
    SIGNED_AT,
    SLV,
    STRANGER,
    USA,
    known_checkpoint,
    signed,
    witness_signers,
)

CHECKPOINT = known_checkpoint(5)
LOG_KEY = LOG.verifiers[0].encode()
X, Y, Z = (witness_signers(name, byte) for name, byte in (("x", 11), ("y", 12), ("z", 13)))
WITNESSES = "".join(
    f"witness {witness.name.upper()} {witness.verifiers[0].encode()}\n" for witness in (X, Y, Z)
)


def only(signed_by_all: SignedCheckpoint, *keys: VerifierKey) -> SignedCheckpoint:
    """The same checkpoint with the log's signatures and those of these keys."""
    kept = (*LOG.verifiers, *keys)
    lines = tuple(
        signature for signature in signed_by_all.note.signatures if any(map(signature.is_by, kept))
    )
    return SignedCheckpoint(signed_by_all.checkpoint, Note(signed_by_all.note.text, lines))


def test_g21_a_checkpoint_is_final_when_both_governments_have_cosigned_it() -> None:
    verdict = POLICY.judge(signed(CHECKPOINT, SLV, USA))
    assert verdict == PolicyVerdict(True, (USA.name, SLV.name), (SIGNED_AT + 1, SIGNED_AT + 1))  # noqa: FBT003 - the verdict


@pytest.mark.parametrize(
    ("witnesses", "by"), [((), ()), ((USA,), (USA.name,)), ((SLV,), (SLV.name,))]
)
def test_the_cosignatures_of_one_government_are_not_enough(
    witnesses: tuple[object, ...], by: tuple[str, ...]
) -> None:
    verdict = POLICY.judge(
        signed(CHECKPOINT, *(witness for witness in (USA, SLV) if witness in witnesses))
    )
    assert not verdict.satisfied
    assert verdict.by == by


@pytest.mark.parametrize("missing", [*USA.verifiers, *SLV.verifiers])
def test_every_key_of_both_governments_must_have_cosigned(missing: VerifierKey) -> None:
    keys = [key for witness in (USA, SLV) for key in witness.verifiers if key != missing]
    verdict = POLICY.judge(only(signed(CHECKPOINT, USA, SLV), *keys))
    assert not verdict.satisfied
    assert verdict.by == tuple(
        witness.name for witness in (USA, SLV) if witness.name != missing.name
    )


def test_a_strangers_cosignatures_count_for_nothing() -> None:
    verdict = POLICY.judge(signed(CHECKPOINT, USA, STRANGER))
    assert (verdict.satisfied, verdict.by) == (False, (USA.name,))


def test_a_cosignature_of_a_known_key_that_does_not_verify_spoils_the_whole_note() -> None:
    honest = signed(CHECKPOINT, USA, SLV)
    forged = with_signatures(honest.note, USA.cosign(known_checkpoint(4), SIGNED_AT))
    with pytest.raises(SignatureRefused, match="does not verify"):
        POLICY.judge(SignedCheckpoint(CHECKPOINT, forged))


def test_the_earliest_of_a_witnesss_times_is_told() -> None:
    bare = signed(CHECKPOINT)
    lines = [USA.cosign(CHECKPOINT, 70)[0], USA.cosign(CHECKPOINT, 60)[1]]
    verdict = POLICY.judge(SignedCheckpoint(CHECKPOINT, with_signatures(bare.note, lines)))
    assert (verdict.by, verdict.times) == ((USA.name,), (60,))


def test_of_two_cosignatures_of_one_key_the_earlier_counts() -> None:
    lines = [line for at in (50, 40) for line in X.cosign(CHECKPOINT, at)]
    twice = Note(CHECKPOINT.text(), tuple(lines))
    verdict = parse_policy(f"{WITNESSES}quorum X\n").judge(SignedCheckpoint(CHECKPOINT, twice))
    assert (verdict.by, verdict.times) == ((X.name,), (40,))


def test_a_policy_opens_the_checkpoints_of_its_own_logs() -> None:
    honest = signed(CHECKPOINT, USA)
    assert POLICY.open(honest.encoded, ORIGIN) == honest
    with pytest.raises(SignatureRefused, match="no key"):
        parse_policy("quorum none\n").open(honest.encoded, ORIGIN)


def test_a_policy_knows_keys_and_addresses_by_the_names_with_which_they_sign() -> None:
    assert POLICY.origins == (ORIGIN,)
    assert POLICY.witness_names == (USA.name, SLV.name)
    assert POLICY.log_keys(ORIGIN) == LOG.verifiers
    assert POLICY.witness_keys(SLV.name) == SLV.verifiers
    assert POLICY.log_url(ORIGIN) == "http://127.0.0.1:8001"
    assert POLICY.witness_url(USA.name) == "http://audit.usa.accord.example:8004"
    assert POLICY.log_keys("other") == POLICY.witness_keys("other") == ()
    assert POLICY.log_url("other") is POLICY.witness_url("other") is None


def test_the_policy_of_both_governments_is_written_as_anybody_reads_it() -> None:
    lines = POLICY.encode().splitlines()
    assert lines[0] == f"log {LOG_KEY} http://127.0.0.1:8001"
    assert lines[2].startswith("witness audit.usa.accord.example/ed25519 audit.usa.accord.example+")
    *_, group, quorum = lines
    assert group.split() == [
        "group",
        "bilateral",
        "all",
        "audit.usa.accord.example/ed25519",
        "audit.usa.accord.example/ml-dsa-44",
        "audit.slv.accord.example/ed25519",
        "audit.slv.accord.example/ml-dsa-44",
    ]
    assert quorum == "quorum bilateral"
    assert parse_policy(POLICY.encode()) == POLICY


EXAMPLE = f"""\
# a comment
log {LOG_KEY}

\t  # another, and an empty line before it
{WITNESSES}
group\tpair  2 X Y\t
group any-of any Z
group all-of all pair any-of
quorum all-of
"""


@pytest.mark.parametrize(
    ("cosigned", "verdict"),
    [("xyz", "final"), ("xy", "not yet"), ("xz", "not yet"), ("z", "not yet"), ("", "not yet")],
)
def test_groups_of_groups_and_thresholds_count_as_the_specification_says(
    cosigned: str, verdict: str
) -> None:
    policy = parse_policy(EXAMPLE)
    witnesses = [witness for witness in (X, Y, Z) if witness.name in cosigned]
    assert policy.judge(signed(CHECKPOINT, *witnesses)).satisfied == (verdict == "final")


def test_a_policy_that_was_read_is_written_without_its_comments() -> None:
    policy = parse_policy(EXAMPLE)
    assert policy.groups == (
        Group("pair", 2, ("X", "Y")),
        Group("any-of", 1, ("Z",)),
        Group("all-of", 2, ("pair", "any-of")),
    )
    assert parse_policy(policy.encode()) == policy


def test_a_threshold_below_all_is_written_as_a_number() -> None:
    policy = parse_policy(WITNESSES + "group g any X Y\nquorum g\n")
    assert policy.encode().endswith("group g 1 X Y\nquorum g\n")


@pytest.mark.parametrize("quorum", ["none", "X"])
def test_a_quorum_may_be_nobody_or_one_witness(quorum: str) -> None:
    policy = parse_policy(f"{WITNESSES}quorum {quorum}\n")
    assert policy.judge(signed(CHECKPOINT)).satisfied == (quorum == "none")
    assert policy.judge(signed(CHECKPOINT, X)).satisfied


@pytest.mark.parametrize(
    ("quorum", "spare"),
    [
        ("quorum none", "xyz"),
        ("quorum X", "yz"),
        ("group g any X Y\nquorum g", "xyz"),
        ("group g 2 X Y\nquorum g", "z"),
        ("group g all X Y Z\nquorum g", ""),
    ],
)
def test_a_witness_that_the_quorum_can_do_without_is_told(quorum: str, spare: str) -> None:
    policy = parse_policy(f"{WITNESSES}{quorum}\n")
    assert [name for name in policy.witness_names if policy.can_do_without(name)] == [*spare]


def test_a_group_may_be_named_like_a_number_or_a_keyword() -> None:
    policy = parse_policy(f"{WITNESSES}group 2 2 X Y\ngroup all all 2 Z\nquorum all\n")
    assert policy.quorum == "all"


def test_lines_may_come_in_any_order_that_defines_a_name_before_it_is_used() -> None:
    first, *others = WITNESSES.splitlines(keepends=True)
    policy = parse_policy(f"{first}group g any X\nquorum g\n{''.join(others)}log {LOG_KEY} u\n")
    assert (len(policy.witnesses), policy.logs[0].url) == (3, "u")


def test_names_are_opaque_bytes() -> None:
    kelvin, not_utf8 = "\u212a", b"\xff".decode(errors="surrogateescape")
    x, y = X.verifiers
    policy = parse_policy(
        f"witness K {x.encode()}\nwitness {kelvin} {y.encode()}\n"
        f"witness {not_utf8} {Y.verifiers[0].encode()}\nquorum {kelvin}\n"
    )
    assert [witness.name for witness in policy.witnesses] == ["K", kelvin, not_utf8]


def test_32_logs_32_witnesses_and_32_groups_are_read() -> None:
    signers = [witness_signers(f"w{index}", 100 + index) for index in range(32)]
    policy = Policy(
        tuple(LogEntry(signer.verifiers[1]) for signer in signers),
        tuple(WitnessEntry(signer.name, signer.verifiers[1]) for signer in signers),
        tuple(Group(f"g{index}", 1, (f"w{index}",)) for index in range(32)),
        "g31",
    )
    assert parse_policy(policy.encode()) == policy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "newline"),
        ("quorum none", "newline"),
        ("\n", "one quorum line; this has none"),
        ("quorum none\nquorum none\n", "line 2 .* 'quorum' of 2 words"),
        ("quorum\n", "'quorum' of 1 words"),
        ("quorum none none\n", "'quorum' of 3 words"),
        ("quorum Q\n", "Q is not defined before"),
        ("quorum none\r\n", "control character"),
        ("quorum none\x7f\n", "control character"),
        ("quorum\u00a0none\n", "does not belong"),
        ("nonsense\n", "does not belong"),
        ("log\n", "'log' of 1 words"),
        (f"log {LOG_KEY} url more\n", "'log' of 4 words"),
        ("log name+key\n", "has no key"),
        (f"log {X.verifiers[0].encode()}\nquorum none\n", "log does not sign with .* 0x04"),
        (f"witness W {LOG_KEY}\nquorum none\n", "witness does not sign with .* 0x01"),
        (f"log {LOG_KEY}\nlog {LOG_KEY}\nquorum none\n", "in two log lines"),
        (f"{WITNESSES}witness A {X.verifiers[0].encode()}\nquorum none\n", "in two witness lines"),
        (f"{WITNESSES}witness X {X.verifiers[1].encode()}\nquorum X\n", "X is taken"),
        (f"witness none {X.verifiers[0].encode()}\nquorum none\n", "none is taken"),
        ("witness W\n", "'witness' of 2 words"),
        ("group g all\n", "'group' of 3 words"),
        ("group g all X\n", "X is not defined before"),
        (f"quorum X\n{WITNESSES}", "line 1 .* X is not defined before"),
        (f"group g all X\n{WITNESSES}quorum g\n", "line 1 .* X is not defined before"),
        (f"{WITNESSES}group g all g\n", "g is not defined before"),
        (f"{WITNESSES}group X all Y\nquorum X\n", "X is taken"),
        (f"{WITNESSES}group g any none\nquorum g\n", "names none"),
        (f"{WITNESSES}group g any X X\nquorum g\n", "X is a member of a group already"),
        (f"{WITNESSES}group g any X\ngroup h any X\nquorum h\n", "a group already"),
        (f"{WITNESSES}group g 0 X\nquorum g\n", "cannot ask for 0"),
        (f"{WITNESSES}group g 3 X Y\nquorum g\n", "cannot ask for 3"),
        (f"{WITNESSES}group g 01 X\nquorum g\n", "leading zeros"),
        (f"{WITNESSES}group g some X\nquorum g\n", "leading zeros"),
    ],
)  # fmt: skip
def test_a_policy_that_is_written_otherwise_is_refused(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse_policy(text)


def test_a_policy_has_a_largest_size() -> None:
    with pytest.raises(Malformed, match="at most"):
        parse_policy("#" * 2**20 + "\nquorum none\n")


@pytest.mark.parametrize("word", ["", "two words", "tab\tbed", "line\n", "\x7f"])
def test_what_would_not_be_read_again_is_not_a_policy(word: str) -> None:
    with pytest.raises(Malformed, match="has a space or a control character"):
        Policy((), (WitnessEntry(word, X.verifiers[0]),), (), "none")
    with pytest.raises(Malformed, match="a URL"):
        Policy((LogEntry(LOG.verifiers[0], word),), (), (), "none")


def test_a_quorum_that_nobody_defined_is_refused() -> None:
    with pytest.raises(Malformed, match="is not defined"):
        Policy((), (), (), "bilateral")

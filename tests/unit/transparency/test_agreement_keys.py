"""Each state's agreement keys: what could let one speak for another stops the start (F8)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.transparency.agreement_keys import AgreementKeys, parse_agreement_keys
from shared.transparency.detached_jws import encoded, sign_detached
from shared.transparency.errors import Malformed
from tests.support.signing import KEYS, key_id, public_of, published, seed_of

TERMS = b'{"agreement":"aaa-bbb-2025"}'


def kinds(keys: AgreementKeys, party: str, terms: bytes, signature: str) -> str | None:
    fault = keys.fault(party, terms, signature)
    return None if fault is None else fault.kind


def test_f8_a_signature_is_good_by_the_states_own_key_over_these_terms_alone() -> None:
    made = sign_detached(TERMS, seed_of("AAA"), key_id("AAA"))
    assert kinds(KEYS, "AAA", TERMS, made) is None
    assert kinds(KEYS, "BBB", TERMS, made) == "another's key"
    assert kinds(KEYS, "AAA", TERMS + b" ", made) == "other terms"
    assert kinds(KEYS, "AAA", TERMS, made[:-9]) == "form"
    renamed = sign_detached(TERMS, seed_of("BBB"), key_id("AAA"))
    assert kinds(KEYS, "AAA", TERMS, renamed) == "other terms"


def test_f8_without_a_key_of_the_state_no_signature_is_good() -> None:
    made = sign_detached(TERMS, seed_of("AAA"), key_id("AAA"))
    for none in (AgreementKeys(), AgreementKeys({"AAA": {}})):
        assert kinds(none, "AAA", TERMS, made) == "no key"


def test_they_stand_beside_the_keys_of_tokens_and_a_state_may_have_several() -> None:
    older = published("BBB", kid="older")
    token = published("CCC", kid="token")
    read = parse_agreement_keys(
        json.dumps(
            {"AAA": {"keys": [token], "agreement_keys": [published("AAA"), older]}, "XX": {}}
        ).encode()
    )
    own = {key_id("AAA"): public_of("AAA"), "older": public_of("BBB")}
    assert read == AgreementKeys({"AAA": own})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            {"AAA": {"agreement_keys": [published("AAA"), published("BBB", kid=key_id("AAA"))]}},
            "there twice",
        ),
        (
            {
                "AAA": {"agreement_keys": [published("AAA")]},
                "BBB": {"agreement_keys": [published("AAA", kid="another")]},
            },
            "there twice",
        ),
        (
            {
                "AAA": {"agreement_keys": [published("AAA")]},
                "BBB": {"keys": [published("AAA", kid="token")]},
            },
            "signs tokens too",
        ),
        ({"AAA": {"agreement_keys": [published("AAA", d="secret")]}}, "is private"),
        ({"AAA": {"agreement_keys": [published("AAA", kid="")]}}, "no key id"),
        ({"AAA": {"agreement_keys": [published("AAA", kid=3)]}}, "no key id"),
        ({"AAA": {"agreement_keys": [published("AAA", crv="X25519")]}}, "not Ed25519"),
        ({"AAA": {"agreement_keys": [published("AAA", x=4)]}}, "not Ed25519"),
        ({"AAA": {"agreement_keys": [published("AAA", x="!")]}}, "not base64url"),
        ({"AAA": {"agreement_keys": [published("AAA", x=encoded(b"ab"))]}}, "has 2 bytes"),
        ([], "not a file of keys"),
    ],
)
def test_what_could_let_a_key_speak_for_another_is_refused(content: Any, said: str) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(Malformed, match=said):
        parse_agreement_keys(json.dumps(content).encode())

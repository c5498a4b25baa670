"""Tokens by the letter (RFC 7515, 7519, 8725): one line of `tokens.ndjson` is one case."""

import base64
import json
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.unit.web.sample import START, Service
from tests.unit.web.test_identity import ADDRESS, CLAIMS, private

Case = dict[str, Any]
CASES: list[Case] = [
    json.loads(line)
    for line in Path(__file__).with_name("tokens.ndjson").read_text("utf-8").splitlines()
]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def document(case: Case, name: str, usual: dict[str, Any]) -> bytes:
    """A part of the token as a case has it: as usual, but with some members changed or added."""
    if (raw := case.get(f"raw_{name}")) is not None:
        return str(raw).encode()
    changed = {**usual, **case.get(name, {})}
    left_out = case.get(f"more_{name}_without")
    members = {
        key: int(START.timestamp()) + value["now"] if is_a_time(value) else value
        for key, value in changed.items()
        if value is not None and key != left_out
    }
    text = json.dumps(members, ensure_ascii=False)
    more = case.get(f"more_{name}")
    return (f"{text[:-1]},{more}}}" if more else text).encode()


def is_a_time(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"now"}


def part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def token(case: Case, key: dict[str, Any]) -> str:
    """The token that a case describes, signed as it stands."""
    header = part(document(case, "header", {"alg": "EdDSA", "kid": key["kid"], "typ": "JWT"}))
    claims = part(document(case, "claims", CLAIMS))
    signature = part(jwt.PyJWK(key, "EdDSA").key.sign(f"{header}.{claims}".encode()))
    loose = signature[:-1] + ALPHABET[ALPHABET.index(signature[-1]) + 1]
    form: str = case.get("form", "{header}.{claims}.{signature}")
    return form.format(header=header, claims=claims, signature=signature, loose=loose)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_a_token_is_read_in_one_way_or_refused_with_the_reason(
    service: Service, keys: Path, case: Case
) -> None:
    async with service.client() as client:
        bearer = f"Bearer {token(case, private(keys))}".encode()
        answer = await client.get(ADDRESS, headers={b"authorization": bearer})
    if case.get("taken"):
        assert answer.status_code == 200, answer.text
        return
    assert answer.status_code == case.get("status", 401)
    assert case["said"] in answer.json()["detail"]


@pytest.mark.parametrize("between", ["", "\t", "\u00a0"])
async def test_bearer_and_the_token_are_parted_by_spaces(
    service: Service, keys: Path, between: str
) -> None:
    bearer = f"Bearer{between}{token({}, private(keys))}".encode("latin-1")
    async with service.client() as client:
        answer = await client.get(ADDRESS, headers={b"authorization": bearer})
    assert (answer.status_code, answer.json()["title"]) == (401, "Token missing")

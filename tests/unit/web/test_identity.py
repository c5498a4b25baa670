"""Identity: bearer tokens, EdDSA or ES256, checked against each party's published keys."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.web.identity.verifier import Verifier, load_keys
from tests.unit.web.sample import PERSON, REGISTRATION, START, MovingClock, Service

CLAIMS: dict[str, Any] = {
    "iss": "accord.example/issuers/USA",
    "aud": ["accord.example/intake"],
    "party": "USA",
    "office": "intake-agency",
    "sub": "desk-1",
    "scope": "accord:read accord:write",
    "iat": int(START.timestamp()),
    "exp": int(START.timestamp()) + 3600,
}
ADDRESS = f"/v1/persons/{PERSON}"


def private(keys: Path, party: str = "USA") -> dict[str, Any]:
    written: dict[str, Any] = json.loads((keys / f"{party}.private.jwk").read_text())
    return written


def signed(keys: Path, signer: str = "USA", **claims: Any) -> str:  # noqa: ANN401 - claims hold anything
    written = private(keys, signer)
    key = jwt.PyJWK(written, "EdDSA").key
    said = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode(said, key, algorithm="EdDSA", headers={"kid": written["kid"]})


def of_xx(keys: Path, office: str) -> str:
    """A token of an independent office."""
    return signed(keys, "XX", iss="accord.example/issuers/XX", party="XX", office=office)


async def status_of(service: Service, token: str) -> tuple[int, str]:
    async with service.client(token) as client:
        response = await client.get(ADDRESS)
    return response.status_code, response.json().get("detail", "")


async def test_a_token_of_a_party_is_taken(service: Service, keys: Path) -> None:
    assert (await status_of(service, signed(keys)))[0] == 200


async def test_a_clock_two_seconds_off_does_not_refuse_a_new_token(
    service: Service, keys: Path
) -> None:
    assert (await status_of(service, signed(keys, iat=CLAIMS["iat"] + 2)))[0] == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic dTpw",
        "Bearer a.b",
        "Bearer a.b.c",
        "Bearer " + "x" * 5000,
    ],
)
async def test_without_a_well_formed_token_the_answer_is_401_with_a_challenge(
    service: Service, authorization: str | None
) -> None:
    async with service.client() as client:
        del client.headers["authorization"]
        headers = {} if authorization is None else {"authorization": authorization}
        response = await client.get(ADDRESS, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith('Bearer realm="accord"')
    assert response.headers["content-type"] == "application/problem+json"
    assert "accord token" in response.json()["detail"]


async def test_authorization_given_twice_is_refused(service: Service) -> None:
    async with service.client() as client:
        token = client.headers.pop("authorization")
        response = await client.get(
            ADDRESS, headers=[("authorization", token), ("authorization", "Bearer other")]
        )
    assert response.status_code == 400


def _unsigned(keys: Path) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'kid': private(keys)['kid']})}.{part(CLAIMS)}."


def _hmac_with_the_public_key(keys: Path) -> str:
    head = {"alg": "HS256", "kid": private(keys)["kid"]}

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).decode().rstrip("=")

    text = f"{part(json.dumps(head).encode())}.{part(json.dumps(CLAIMS).encode())}"
    return f"{text}.{part(b'0' * 32)}"


def _another_key_under_our_kid(keys: Path) -> str:
    headers = {"kid": private(keys)["kid"]}
    return jwt.encode(CLAIMS, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers=headers)


def _unknown_kid(keys: Path) -> str:
    key = jwt.PyJWK(private(keys), "EdDSA").key
    return jwt.encode(CLAIMS, key, algorithm="EdDSA", headers={"kid": "other"})


def _no_kid(keys: Path) -> str:
    return jwt.encode(CLAIMS, jwt.PyJWK(private(keys), "EdDSA").key, algorithm="EdDSA")


def _another_algorithm(keys: Path) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return jwt.encode(CLAIMS, key, algorithm="ES256", headers={"kid": private(keys)["kid"]})


def _changed_after_signing(keys: Path) -> str:
    head, _, signature = signed(keys).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**CLAIMS, "office": "court"}).encode())
    return f"{head}.{body.decode().rstrip('=')}.{signature}"


@pytest.mark.parametrize(
    "forged",
    [
        _unsigned,
        _hmac_with_the_public_key,
        _another_key_under_our_kid,
        _unknown_kid,
        _no_kid,
        _another_algorithm,
        _changed_after_signing,
    ],
)
async def test_a_forged_token_is_401(
    service: Service, keys: Path, forged: Callable[[Path], str]
) -> None:
    assert (await status_of(service, signed(keys)))[0] == 200
    assert (await status_of(service, forged(keys)))[0] == 401


async def test_a_party_cannot_speak_for_the_other(service: Service, keys: Path) -> None:
    status, detail = await status_of(service, signed(keys, "SLV", party="USA"))
    assert status == 401
    assert "party" in detail


async def test_a_stale_token_is_401_although_it_was_good_before(service: Service) -> None:
    token = service.token(life=timedelta(minutes=5))
    assert (await status_of(service, token))[0] == 200
    service.clock.present += timedelta(minutes=5)
    status, detail = await status_of(service, token)
    assert status == 401
    assert "expired" in detail
    assert "get a new one" in detail


@pytest.mark.parametrize("office", ["court", "counsel", "monitor", "auditor"])
async def test_independent_offices_belong_to_neither_state(
    service: Service, keys: Path, office: str
) -> None:
    assert (await status_of(service, of_xx(keys, office)))[0] == 200


@pytest.mark.parametrize("office", ["treasury", "intake-agency", "ops"])
async def test_a_states_own_office_is_never_independent(
    service: Service, keys: Path, office: str
) -> None:
    assert (await status_of(service, of_xx(keys, office)))[0] == 401


async def test_an_office_that_may_not_is_403_and_told_who_may(service: Service) -> None:
    async with service.client(service.token(office="court")) as client:
        response = await client.post("/v1/persons", json=REGISTRATION)
    assert response.status_code == 403
    assert response.json()["type"].endswith("/problems/office-may-not")
    assert "intake-agency" in response.json()["detail"]


async def test_reads_need_the_read_scope_and_commands_the_write_scope(service: Service) -> None:
    headers = {"idempotency-key": "a"}
    async with service.client(service.token(scope="accord:write")) as writer:
        assert (await writer.get(ADDRESS)).status_code == 403
        wrote = await writer.post("/v1/persons", json=REGISTRATION, headers=headers)
        assert wrote.status_code == 201
    async with service.client(service.token(scope="accord:read")) as reader:
        assert (await reader.get(ADDRESS)).status_code == 200
        refused = await reader.post("/v1/persons", json=REGISTRATION, headers=headers)
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]


async def test_who_may_not_ask_learns_nothing_about_the_body(service: Service) -> None:
    async with service.client(service.token(office="court")) as client:
        response = await client.post("/v1/persons", content=b"\xff not json")
    assert response.status_code == 403


async def test_the_memory_of_tokens_is_bounded(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.identity.verifier._CACHED_TOKENS", 3)
    verifier = Verifier(load_keys(keys / "jwks.json"), MovingClock())
    for number in range(10):
        token = signed(keys, sub=f"desk-{number}").encode()
        identity, _ = verifier.identify(b"Bearer " + token)
        assert identity.actor.subject == f"desk-{number}"
    assert len(verifier._known) == 3  # noqa: SLF001 - the bound is what is tested

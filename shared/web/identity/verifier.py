"""Who is asking: bearer tokens, checked against the public keys of the party that they name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NoReturn, get_args

import jwt
import msgspec

from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.clock import MAX_CLOCK_SKEW, Clock
from shared.kernel.codes import Office
from shared.web.identity.token_form import TokenRules, TokenWrong, check_claims, opened
from shared.web.problems import Problem, Refused, problem

Scope = Literal["accord:read", "accord:write"]
INDEPENDENT_OFFICES = frozenset({"court", "counsel", "monitor", "auditor"})
_OFFICES = frozenset(get_args(Office))
_ALGORITHMS = {"OKP Ed25519": "EdDSA", "EC P-256": "ES256"}
_PARTY = re.compile(r"[A-Z]{3}|" + INDEPENDENT)
_SUBJECT = re.compile(r"[!-~]{1,128}")
_LONGEST_TOKEN = 4096
_CACHED_TOKENS = 10_000
_NEW_TOKEN = "get a new one from your party's issuer (local stack: `accord token`)"  # noqa: S105 - a text


class KeysWrong(Exception):
    """The file of public keys cannot be used as it is."""


class Identity(msgspec.Struct, frozen=True):
    """What a verified token says."""

    actor: Actor
    scopes: frozenset[str]
    expires: float


class PartyKey(msgspec.Struct, frozen=True):
    """A public key, the party that it speaks for, and the one algorithm that it is used with."""

    party: str
    algorithm: str
    key: Any


def load_keys(path: Path) -> dict[str, PartyKey]:
    """The keys of `{"USA": {"keys": […]}, …}` by key id; raises `KeysWrong`."""
    try:
        parties = msgspec.json.decode(
            path.read_bytes(), type=dict[str, dict[str, list[dict[str, Any]]]]
        )
    except (OSError, msgspec.DecodeError) as error:
        raise KeysWrong(f"{path} is not a file of keys by party: {error}") from error
    keys: dict[str, PartyKey] = {}
    for party, key_set in parties.items():
        if not _PARTY.fullmatch(party):
            raise KeysWrong(
                f"{party!r} is not a party: an ISO 3166-1 alpha-3 code or {INDEPENDENT}"
            )
        for written in key_set.get("keys", []):
            kid = written.get("kid")
            if not isinstance(kid, str) or not kid:
                raise KeysWrong(f"a key of {party} has no key id (kid)")
            if kid in keys:
                raise KeysWrong(f"key id {kid!r} is there twice ({keys[kid].party} and {party})")
            keys[kid] = _party_key(party, written)
    if not keys:
        raise KeysWrong(f"{path} holds no key: nobody could use the service")
    return keys


def _party_key(party: str, written: Mapping[str, Any]) -> PartyKey:
    algorithm = _ALGORITHMS.get(f"{written.get('kty')} {written.get('crv')}")
    if algorithm is None:
        raise KeysWrong(f"key {written['kid']!r} of {party} is neither Ed25519 nor P-256")
    if "d" in written:
        raise KeysWrong(
            f"key {written['kid']!r} of {party} is a private key: publish its public half"
        )
    try:
        return PartyKey(party, algorithm, jwt.PyJWK(dict(written), algorithm).key)
    except jwt.PyJWTError as error:
        raise KeysWrong(f"key {written['kid']!r} of {party} cannot be read: {error}") from error


class Verifier:
    """Checks tokens; a token that was good is remembered, and only its expiry is checked again."""

    def __init__(
        self, keys: Mapping[str, PartyKey], clock: Clock, rules: TokenRules | None = None
    ) -> None:
        """Check against these keys, that tokens are issued and meant as the rules say."""
        self._keys = dict(keys)
        self._clock = clock
        self._rules = rules or TokenRules()
        self._known: dict[bytes, Identity] = {}

    def identify(self, authorization: bytes | None) -> tuple[Identity, datetime]:
        """The identity in an Authorization header, and the present; raises `Refused` (401)."""
        now = self._clock.now()
        identity = self._known.get(authorization) if authorization is not None else None
        if identity is None:
            identity = self._verified(_token(authorization), now + MAX_CLOCK_SKEW)
            if len(self._known) >= _CACHED_TOKENS:
                del self._known[next(iter(self._known))]
            self._known[authorization or b""] = identity
        if identity.expires <= now.timestamp():
            _unauthenticated("TokenExpired", f"The token has expired; {_NEW_TOKEN}.")
        return identity, now

    def _verified(self, token: str, latest: datetime) -> Identity:
        try:
            read = opened(token)
            key = self._keys.get(read.key_id)
            if key is None:
                raise TokenWrong("its key id (kid) is not one of a party's published keys")  # noqa: TRY301 - one way out
            if read.algorithm != key.algorithm:
                raise TokenWrong(f"its key is used with {key.algorithm} alone (alg)")  # noqa: TRY301 - one way out
            _check_signature(token, key)
            check_claims(read.claims, key.party, self._rules, latest.timestamp())
            return _identity(read.claims, key.party)
        except TokenWrong as wrong:
            _unauthenticated("TokenNotValid", f"The token is not valid: {wrong}; {_NEW_TOKEN}.")


def _check_signature(token: str, key: PartyKey) -> None:
    """Raise `TokenWrong` unless the key has signed exactly these parts; nothing else is asked."""
    try:
        jwt.PyJWS(algorithms=[key.algorithm]).decode(token, key.key, algorithms=[key.algorithm])
    except jwt.InvalidSignatureError:
        raise TokenWrong("its signature does not fit") from None
    except (jwt.PyJWTError, ValueError, TypeError):
        raise TokenWrong("it is not a well-formed JWT") from None


def _identity(claims: Mapping[str, Any], party: str) -> Identity:
    office, subject = claims["office"], claims["sub"]
    if office not in _OFFICES:
        raise TokenWrong("its office is not one that the agreement knows")
    if party == INDEPENDENT and office not in INDEPENDENT_OFFICES:
        may = ", ".join(sorted(INDEPENDENT_OFFICES))
        raise TokenWrong(f"{INDEPENDENT} has no such office: {may}")
    if not _SUBJECT.fullmatch(subject):
        raise TokenWrong("its subject (sub) is not 1 to 128 visible ASCII characters")
    scopes = frozenset(claims["scope"].split(" "))
    return Identity(Actor(party, office, subject), scopes, float(claims["exp"]))


def _token(authorization: bytes | None) -> str:
    scheme, _, token = (authorization or b"").partition(b" ")
    if scheme.lower() != b"bearer" or not token.strip(b" "):
        _unauthenticated("TokenMissing", f"Send `Authorization: Bearer <token>`; {_NEW_TOKEN}.")
    if len(token) > _LONGEST_TOKEN:
        detail = f"The token is longer than {_LONGEST_TOKEN} characters; {_NEW_TOKEN}."
        _unauthenticated("TokenNotValid", detail)
    return token.lstrip(b" ").decode("latin-1")


def _unauthenticated(reason: str, detail: str) -> NoReturn:
    what: Problem = problem(401, reason, detail)
    error = "" if reason == "TokenMissing" else ', error="invalid_token"'
    raise Refused(what, {"www-authenticate": f'Bearer realm="accord"{error}'})

"""Who is asking: bearer tokens, checked against the public keys of the party that they name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NoReturn, get_args

import jwt
import msgspec

from shared.contracts.codes import Office
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.clock import MAX_CLOCK_SKEW, Clock
from shared.web.malformed import place
from shared.web.problems import Problem, Refused, problem
from shared.web.strict_json import MEANINGS, faults

Scope = Literal["accord:read", "accord:write"]
INDEPENDENT_OFFICES = frozenset({"court", "counsel", "monitor", "auditor"})
_OFFICES = frozenset(get_args(Office))
_ALGORITHMS = {"OKP Ed25519": "EdDSA", "EC P-256": "ES256"}
_PARTY = re.compile(r"[A-Z]{3}|" + INDEPENDENT)
_SUBJECT = re.compile(r"[!-~]{1,128}")
_LONGEST_TOKEN = 4096
_CACHED_TOKENS = 10_000
_END_OF_TIME = 10**11  # seconds; keeps every instant a date
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
        self, keys: Mapping[str, PartyKey], clock: Clock, *, audience: str | None = None
    ) -> None:
        """Check against these keys and, when an audience is given, that tokens are meant for it."""
        self._keys = dict(keys)
        self._clock = clock
        self._audience = audience
        self._known: dict[bytes, Identity] = {}

    def identify(self, authorization: bytes | None) -> tuple[Identity, datetime]:
        """The identity in an Authorization header, and the present; raises `Refused` (401)."""
        now = self._clock.now()
        identity = self._known.get(authorization) if authorization is not None else None
        if identity is None:
            identity = self._verified(_token(authorization), now.timestamp())
            if len(self._known) >= _CACHED_TOKENS:
                del self._known[next(iter(self._known))]
            self._known[authorization or b""] = identity
        if identity.expires <= now.timestamp():
            _unauthenticated("TokenExpired", f"The token has expired; {_NEW_TOKEN}.")
        return identity, now

    def _verified(self, token: str, now: float) -> Identity:
        _refuse_ambiguous(token)
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = self._keys.get(kid) if isinstance(kid, str) else None
            if key is None:
                _not_valid("its key id (kid) is not one of a party's published keys")
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                audience=self._audience,
                options={
                    "require": ["exp", "iat", "sub", "party", "office", "scope"],
                    "verify_aud": self._audience is not None,
                    "verify_exp": False,  # by our own clock, on every use
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            _not_valid(_why(error))
        return _identity(claims, key.party, now)


def _refuse_ambiguous(token: str) -> None:
    """Refuse a token that two readers could read differently (RFC 8725 §2.4, RFC 7519 §4)."""
    for part in token.split(".")[:2]:
        try:
            document = jwt.utils.base64url_decode(part)
        except ValueError:
            return  # malformed, as the library says next
        for fault in faults(document):
            _not_valid(f"{place(fault.at)}: {MEANINGS[fault.kind]}")


def _identity(claims: Mapping[str, Any], party: str, now: float) -> Identity:
    office, subject, scope = claims["office"], claims["sub"], claims["scope"]
    if claims["party"] != party:
        _not_valid("its party is not the one whose key signed it")
    if not isinstance(office, str) or office not in _OFFICES:
        _not_valid("its office is not one that the agreement knows")
    if party == INDEPENDENT and office not in INDEPENDENT_OFFICES:
        _not_valid(f"{INDEPENDENT} has no such office: {', '.join(sorted(INDEPENDENT_OFFICES))}")
    if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
        _not_valid("its subject (sub) is not 1 to 128 visible ASCII characters")
    if not isinstance(scope, str):
        _not_valid("its scope is not a text of names separated by spaces")
    expires, earliest = _instant(claims, "exp"), max(_instant(claims, "iat"), _not_before(claims))
    if earliest > now + MAX_CLOCK_SKEW.total_seconds():
        _not_valid("it is not valid yet")
    return Identity(Actor(party, office, subject), frozenset(scope.split()), expires)


def _not_before(claims: Mapping[str, Any]) -> float:
    return _instant(claims, "nbf") if "nbf" in claims else 0.0


def _instant(claims: Mapping[str, Any], name: str) -> float:
    value = claims[name]
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value < _END_OF_TIME
    ):
        _not_valid(f"its {name} is not a number of seconds")
    return float(value)


def _token(authorization: bytes | None) -> str:
    if authorization is None:
        _unauthenticated("TokenMissing", f"Send `Authorization: Bearer <token>`; {_NEW_TOKEN}.")
    scheme, _, token = authorization.partition(b" ")
    if scheme.lower() != b"bearer" or not token.strip():
        _unauthenticated("TokenMissing", f"Send `Authorization: Bearer <token>`; {_NEW_TOKEN}.")
    if len(token) > _LONGEST_TOKEN:
        _not_valid(f"it is longer than {_LONGEST_TOKEN} characters")
    return token.strip().decode("latin-1")


def _why(error: Exception) -> str:
    match error:
        case jwt.InvalidAlgorithmError():
            return "it is not signed with its key's own algorithm (EdDSA or ES256)"
        case jwt.InvalidSignatureError():
            return "its signature does not fit"
        case jwt.MissingRequiredClaimError():
            return f"it has no {error.claim}"
        case jwt.InvalidAudienceError():
            return "it is meant for another service (aud)"
        case _:
            return "it is not a well-formed JWT"


def _not_valid(why: str) -> NoReturn:
    _unauthenticated("TokenNotValid", f"The token is not valid: {why}; {_NEW_TOKEN}.")


def _unauthenticated(reason: str, detail: str) -> NoReturn:
    what: Problem = problem(401, reason, detail)
    error = "" if reason == "TokenMissing" else ', error="invalid_token"'
    raise Refused(what, {"www-authenticate": f'Bearer realm="accord"{error}'})

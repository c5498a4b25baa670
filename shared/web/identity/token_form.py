"""A token's form by the letter (RFC 7515, RFC 7519, RFC 8725): read in one way, or not at all."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from shared.web.content.malformed import place
from shared.web.content.strict_json import MEANINGS, faults

ALGORITHMS = ("EdDSA", "ES256")
"""What a token may be signed with; which of the two, its key says."""
LONGEST_LIFE = timedelta(hours=24)
_PREFIX = "accord.example"
_TYPES = ("jwt", "at+jwt")
_OWN_KEYS = ("jwk", "jku", "x5c", "x5u")
_PART = re.compile(r"[A-Za-z0-9_-]*")
_PARTS = 3
# RFC 6749 §3.3: names with one space between two, and no other blank.
_SCOPES = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*")
_END_OF_TIME = 10**11  # seconds; keeps every instant a date
_TEXTS = ("iss", "sub", "party", "office", "scope")
_REQUIRED = (*_TEXTS, "aud", "iat", "exp")


class TokenWrong(ValueError):
    """What is wrong with a token, as the end of a sentence that begins with "it is not valid:"."""


class TokenRules(msgspec.Struct, frozen=True):
    """Whose tokens a service takes, and which of them."""

    issuer: str = _PREFIX + "/issuers/{party}"
    """What a party's issuer calls itself (`iss`)."""
    audience: str = _PREFIX + "/intake"
    """What tokens call this service (`aud`)."""
    longest_life: timedelta = LONGEST_LIFE

    def of_party(self, party: str) -> str:
        """What the issuer of this party's tokens calls itself."""
        return self.issuer.replace("{party}", party)


class Opened(msgspec.Struct, frozen=True):
    """A token's header and claims, before its signature is checked."""

    key_id: str
    algorithm: str
    claims: Mapping[str, Any]


def opened(token: str) -> Opened:
    """A token's content, if it can be read in one way; raises `TokenWrong`."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise TokenWrong("it is not a signed JWT of three parts (RFC 7515 §3.1)")
    header, claims, _ = map(_decoded, ("header", "claims", "signature"), parts)
    head = _object("header", header)
    _check_header(head)
    said = _object("claims", claims)
    return Opened(head["kid"], head["alg"], said)


def _decoded(name: str, part: str) -> bytes:
    """The bytes of a part in base64url as there is one spelling of it (RFC 7515 §2)."""
    if not _PART.fullmatch(part) or len(part) % 4 == 1:
        raise TokenWrong(f"its {name} is not base64url without padding (RFC 7515 §2)")
    decoded = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != part.encode():
        raise TokenWrong(f"its {name} ends with bits that mean nothing (RFC 4648 §3.5)")
    return decoded


def _object(name: str, document: bytes) -> dict[str, Any]:
    for fault in faults(document):
        raise TokenWrong(f"{place(fault.at)}: {MEANINGS[fault.kind]}")
    try:
        return msgspec.json.decode(document, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise TokenWrong(f"its {name} is not a JSON object in UTF-8 (RFC 7519 §7.2)") from None


def _check_header(head: Mapping[str, Any]) -> None:
    if "crit" in head or "b64" in head:
        raise TokenWrong("it has extensions that must be understood (crit), and none is known here")
    if own := [name for name in _OWN_KEYS if name in head]:
        raise TokenWrong(f"it brings its own key ({own[0]}): keys are those that parties publish")
    if "cty" in head or "zip" in head:
        raise TokenWrong("another token or something compressed is within it (cty, zip)")
    kind = head.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in _TYPES:
        raise TokenWrong("its typ is not JWT or at+jwt")
    if head.get("alg") not in ALGORITHMS:
        raise TokenWrong(f"its alg is not {' or '.join(ALGORITHMS)}")
    if not isinstance(head.get("kid"), str):
        raise TokenWrong("it has no key id (kid)")


def check_claims(claims: Mapping[str, Any], party: str, rules: TokenRules, latest: float) -> None:
    """Raise `TokenWrong` unless the claims are of this party's issuer, for this service, complete
    and in force. `latest`: the present with the skew of clocks added, in seconds since 1970.
    """
    for name in _REQUIRED:
        if name not in claims:
            raise TokenWrong(f"it has no {name}")
    for name in (*_TEXTS, "jti"):
        if not isinstance(claims.get(name, ""), str):
            raise TokenWrong(f"its {name} is not a text")
    if claims["party"] != party:
        raise TokenWrong("its party is not the one whose key signed it")
    if claims["iss"] != rules.of_party(party):
        raise TokenWrong(f"it is not issued by {rules.of_party(party)} (iss)")
    if rules.audience not in _audiences(claims["aud"]):
        raise TokenWrong(f"it is meant for another service than {rules.audience} (aud)")
    if not _SCOPES.fullmatch(claims["scope"]):
        raise TokenWrong("its scope is not names with one space between two (RFC 6749 §3.3)")
    _check_times(claims, rules, latest)


def _audiences(named: object) -> list[str]:
    """The audiences that a token names: one text, or a list of texts (RFC 7519 §4.1.3)."""
    audiences = [named] if isinstance(named, str) else named
    if not isinstance(audiences, list) or not all(
        isinstance(audience, str) for audience in audiences
    ):
        raise TokenWrong("its aud is not a text or a list of texts")
    return audiences


def _check_times(claims: Mapping[str, Any], rules: TokenRules, latest: float) -> None:
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    begins = _seconds(claims, "nbf") if "nbf" in claims else issued
    if max(issued, begins) > latest:
        raise TokenWrong("it is not valid yet (iat, nbf)")
    if not max(issued, begins) < expires:
        raise TokenWrong("it expires before it begins (exp)")
    if expires - issued > rules.longest_life.total_seconds():
        raise TokenWrong(f"it lives longer than {rules.longest_life.total_seconds() / 3600:g} h")


def _seconds(claims: Mapping[str, Any], name: str) -> int:
    """Whole seconds since 1970. RFC 7519 takes fractions too, which libraries round differently."""
    value = claims[name]
    if type(value) is not int or not 0 <= value < _END_OF_TIME:
        raise TokenWrong(f"its {name} is not a number of whole seconds since 1970")
    return value

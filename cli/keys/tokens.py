"""Keys of the parties and tokens signed with them: behind `accord keys new` and `accord token`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from cli.output import CouldNot
from shared.kernel.actor import INDEPENDENT
from shared.kernel.codes import Office
from shared.web.identity.token_form import TokenRules
from shared.web.identity.verifier import INDEPENDENT_OFFICES

PARTIES = ("USA", "SLV", "XX")
"""Whose keys are made where nobody names any."""
KEY_SET = "jwks.json"
READ_AND_WRITE = "accord:read accord:write"
SERVICES = ("intake", "placement", "billing", "audit-usa", "audit-slv")
"""Whom a token is meant for when nobody is named: every program of a local stack."""
_RULES = TokenRules()
_AUDIENCE = "accord.example/{service}"
_FOR_ITS_OWNER = 0o600
_FOR_ALL = 0o644
_PARTY = re.compile(r"[A-Z]{3}|" + INDEPENDENT)
_SUBJECT = re.compile(r"[!-~]{1,128}")


class TokenWrong(CouldNot):
    """A key or a token cannot be made as it was asked for; the text says what to change."""


def new_keys(folder: Path, parties: Iterable[str], *, now: datetime | None = None) -> Path:
    """Make two Ed25519 keys for each party, mode 0600, and the public halves, `jwks.json`.

    `<party>.private.jwk` signs tokens and `<party>.agreements.jwk` agreements; an independent
    office makes none. Gives the path of `jwks.json`, which is what `ACCORD_JWKS` names. A key is
    never replaced.
    """
    wanted = tuple(dict.fromkeys(parties))
    if not wanted:
        raise TokenWrong("name at least one party, e.g. USA SLV XX")
    for party in wanted:
        _check_party(party)
        if _private(folder, party).exists():
            raise TokenWrong(
                f"{_private(folder, party)} is there already: keys are never replaced in place"
            )
    folder.mkdir(parents=True, exist_ok=True)
    day = (now or datetime.now(UTC)).date().isoformat()
    key_set = _known_keys(folder)
    for party in wanted:
        key_set[party] = {"keys": [_new_key(_private(folder, party), f"{party.lower()}-{day}")]}
        if party != INDEPENDENT:
            made = _new_key(agreement_key(folder, party), f"{party.lower()}-agreements-{day}")
            key_set[party]["agreement_keys"] = [made]
    _write(folder / KEY_SET, key_set, mode=_FOR_ALL)
    return folder / KEY_SET


def agreement_key(folder: Path, party: str) -> Path:
    """Where the key lies with which a state signs agreements, and nothing else."""
    return folder / f"{party}.agreements.jwk"


def _new_key(private_file: Path, name: str) -> dict[str, Any]:
    """Write a new private key; gives its public half."""
    private = Ed25519PrivateKey.generate()
    marks = {"kid": f"{name}-{os.urandom(4).hex()}", "alg": "EdDSA", "use": "sig"}
    _write(private_file, {**_jwk(private), **marks}, mode=_FOR_ITS_OWNER)
    return {**_jwk(private.public_key()), **marks}


def mint(
    folder: Path,
    *,
    party: str,
    office: str,
    subject: str,
    scope: str = READ_AND_WRITE,
    life: timedelta = timedelta(hours=12),
    services: Sequence[str] = SERVICES,
    now: datetime | None = None,
) -> str:
    """A token for one office of a party, signed with the party's key in the folder, and meant for
    these services by the names that a local stack's settings have.
    """
    _check_party(party)
    _check_claims(party, office, subject, scope, life)
    written = _private_key(folder, party)
    issued = now or datetime.now(UTC)
    claims = {
        "iss": _RULES.of_party(party),
        "aud": [_AUDIENCE.replace("{service}", service) for service in services],
        "party": party,
        "office": office,
        "sub": subject,
        "scope": scope,
        "iat": int(issued.timestamp()),
        "exp": int((issued + life).timestamp()),
    }
    key = jwt.PyJWK(written, "EdDSA").key
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": written["kid"]})


def _private_key(folder: Path, party: str) -> dict[str, Any]:
    try:
        return dict(json.loads(_private(folder, party).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise TokenWrong(
            f"{_private(folder, party)} cannot be read: make the keys with `accord keys new`"
        ) from error


def _check_party(party: str) -> None:
    if not _PARTY.fullmatch(party):
        raise TokenWrong(f"{party!r} is not a party: an ISO 3166-1 alpha-3 code or {INDEPENDENT}")


def _check_claims(party: str, office: str, subject: str, scope: str, life: timedelta) -> None:
    offices = INDEPENDENT_OFFICES if party == INDEPENDENT else frozenset(get_args(Office))
    if office not in offices:
        raise TokenWrong(f"{party} has no office {office!r}; it has {', '.join(sorted(offices))}")
    if not _SUBJECT.fullmatch(subject):
        raise TokenWrong("the subject is 1 to 128 visible ASCII characters, without spaces")
    if {*scope.split(" ")} - {*READ_AND_WRITE.split()}:
        raise TokenWrong(f"the scope is one or both of: {READ_AND_WRITE}")
    if not timedelta() < life <= _RULES.longest_life:
        hours = _RULES.longest_life.total_seconds() / 3600
        raise TokenWrong(f"a token lives longer than nothing and at most {hours:g} hours")


def _private(folder: Path, party: str) -> Path:
    return folder / f"{party}.private.jwk"


def _known_keys(folder: Path) -> dict[str, Any]:
    path = folder / KEY_SET
    if not path.exists():
        return {}
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TokenWrong(f"{path} is not JSON: move it away or mend it") from error
    if not isinstance(known, dict):
        raise TokenWrong(f"{path} is not a set of keys by party: move it away or mend it")
    return known


def _jwk(key: Any) -> dict[str, Any]:  # noqa: ANN401 - a private or a public key
    return dict(OKPAlgorithm.to_jwk(key, as_dict=True))


def _write(path: Path, content: dict[str, Any], mode: int) -> None:
    how = os.O_EXCL if mode == _FOR_ITS_OWNER else os.O_TRUNC
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | how, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, mode)
        json.dump(content, file, indent=2)
        file.write("\n")

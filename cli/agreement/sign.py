"""`accord agreement sign`: a state's signature over its own copy of the terms (F8)."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from cli.output import Json, UsedWrongly, reporting
from shared.contracts.agreement import AgreementDocument, digest, read_agreement
from shared.contracts.canonical_json import canonical
from shared.transparency.detached_jws import decoded, sign_detached
from shared.transparency.errors import Malformed
from shared.transparency.keys import SEED_BYTES
from shared.web.yaml_document import parse_yaml


def sign(
    terms: Annotated[Path, typer.Argument(help="the terms as YAML: one's own copy of them")],
    key: Annotated[Path, typer.Option(help="the private key, <party>.agreements.jwk")],
    *,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        document = read_terms(terms)
        made = signature(document, key)
        said = {"agreement": document.ref, "digest": digest(document), "signature": made}
        output.result({**said, "version": document.version}, made)


def signature(document: AgreementDocument, key: Path) -> str:
    """The detached JWS over a document's canonical terms. Raises `UsedWrongly` for no such key."""
    try:
        written = msgspec.json.decode(key.read_bytes(), type=dict[str, Any])
        seed, key_id = decoded(str(written["d"]), "its private part"), written["kid"]
        is_one = (written["kty"], written["crv"], len(seed)) == ("OKP", "Ed25519", SEED_BYTES)
    except (OSError, msgspec.DecodeError, KeyError, Malformed):
        is_one, seed, key_id = False, b"", None
    if not is_one or not isinstance(key_id, str):
        raise UsedWrongly(
            f"{key} is no private Ed25519 key with a key id: make one with `accord keys new`, and "
            "give <party>.agreements.jwk"
        )
    return sign_detached(canonical(document), seed, key_id)


def read_terms(path: Path) -> AgreementDocument:
    """The terms in a file. Raises `UsedWrongly` with what is wrong with them."""
    try:
        return read_agreement(parse_yaml(path.read_bytes()))
    except OSError as error:
        raise UsedWrongly(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsedWrongly(f"{path} holds no terms of an agreement: {error}") from error

"""An officer signs the state's own copy of the terms: what comes out is what services take (F8)."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.keys.tokens import agreement_key, new_keys
from cli.main import app
from cli.output import WRONG_USE
from shared.contracts.canonical_json import canonical
from shared.sealing.keyfiles import read_agreement_keys
from tests.unit.audit.names import document

TERMS = Path(__file__).parents[3] / "agreements" / "usa-slv-2025.yaml"


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["agreement", "sign", *map(str, arguments)])
    assert not done.exception or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def test_f8_what_an_officer_signs_is_good_by_the_published_key(tmp_path: Path) -> None:
    keys = read_agreement_keys(new_keys(tmp_path, ["USA", "SLV", "XX"]))
    status, said, _ = run(TERMS, "--key", agreement_key(tmp_path, "USA"))
    terms = canonical(document())
    assert (status, keys.fault("USA", terms, said.strip())) == (0, None)
    assert keys.fault("SLV", terms, said.strip()) is not None
    status, said, _ = run(TERMS, "--key", agreement_key(tmp_path, "USA"), "--json")
    shown = json.loads(said)
    assert (status, shown["agreement"], shown["version"]) == (0, "usa-slv-2025@1", 1)
    assert keys.fault("USA", terms, shown["signature"]) is None
    assert not agreement_key(tmp_path, "XX").exists(), "an independent office makes no agreement"


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"kty":"OKP","crv":"Ed25519","d":"AAAA","kid":"k"}']
)
def test_what_is_no_private_key_is_wrong_use(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content)
    status, _, complaint = run(TERMS, "--key", tmp_path / "key")
    assert (status, "no private Ed25519 key" in complaint) == (WRONG_USE, True)


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), ("a: [", "holds no"), ("a: b", "holds no")]
)
def test_what_are_no_terms_is_wrong_use(tmp_path: Path, content: str | None, said: str) -> None:
    new_keys(tmp_path, ["USA"])
    terms = tmp_path / "terms.yaml"
    if content is not None:
        terms.write_text(content)
    status, _, complaint = run(terms, "--key", agreement_key(tmp_path, "USA"))
    assert (status, said in complaint) == (WRONG_USE, True)

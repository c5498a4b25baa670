"""`accord keys new` and `accord token`: keys for a local stack, tokens that services take."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.keys.tokens import TokenWrong, mint, new_keys
from shared.service.settings import ServiceSettings
from shared.web.identity.verifier import Verifier, load_keys
from shared.web.problems import Refused

NOW = datetime(2025, 3, 15, 12, tzinfo=UTC)
ASKED: dict[str, Any] = {"party": "USA", "office": "court", "subject": "desk-1", "now": NOW}


class FixedClock:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


def test_a_private_key_is_for_its_owner_alone_and_the_set_holds_none(tmp_path: Path) -> None:
    path = new_keys(tmp_path / "keys", ["USA", "SLV", "XX"], now=NOW)
    for party in ("USA", "SLV", "XX"):
        private = tmp_path / "keys" / f"{party}.private.jwk"
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
        assert "d" in json.loads(private.read_text())
    published = json.loads(path.read_text())
    assert published.keys() == {"USA", "SLV", "XX"}
    assert '"d"' not in path.read_text()


def test_a_state_signs_agreements_with_another_key_than_its_tokens(tmp_path: Path) -> None:
    published = json.loads(new_keys(tmp_path, ["USA", "XX"], now=NOW).read_text())
    (token,), (agreement,) = published["USA"]["keys"], published["USA"]["agreement_keys"]
    assert token["x"] != agreement["x"]
    assert token["kid"] != agreement["kid"]
    private = tmp_path / "USA.agreements.jwk"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert "agreement_keys" not in published["XX"]


def test_a_token_is_taken_by_a_service_that_has_the_key_set(tmp_path: Path) -> None:
    verifier = Verifier(load_keys(new_keys(tmp_path, ["USA"], now=NOW)), FixedClock())
    token = mint(tmp_path, **ASKED, scope="accord:read", life=timedelta(minutes=5))
    identity, _ = verifier.identify(b"Bearer " + token.encode())
    assert str(identity.actor) == "USA:court:desk-1"
    assert identity.scopes == {"accord:read"}
    assert identity.expires == (NOW + timedelta(minutes=5)).timestamp()


def test_a_token_for_one_service_is_refused_by_the_others(tmp_path: Path) -> None:
    keys = load_keys(new_keys(tmp_path, ["USA"], now=NOW))
    header = b"Bearer " + mint(tmp_path, **ASKED, services=["billing"]).encode()
    settings = ServiceSettings(database_url="", kafka_bootstrap="", jwks=tmp_path)
    verifier = Verifier(keys, FixedClock(), settings.token_rules("billing"))
    assert verifier.identify(header)[0].actor.party == "USA"
    for other in ("intake", "placement", "audit-usa"):
        with pytest.raises(Refused, match=f"another service than accord.example/{other}"):
            Verifier(keys, FixedClock(), settings.token_rules(other)).identify(header)


def test_issuer_audience_and_life_are_settings(tmp_path: Path) -> None:
    told = ServiceSettings(
        database_url="",
        kafka_bootstrap="",
        jwks=tmp_path,
        issuer="https://{party}.example",
        audience="urn:accord:{service}",
        token_hours=1,
    )
    rules = told.token_rules("intake")
    assert (rules.of_party("SLV"), rules.audience) == ("https://SLV.example", "urn:accord:intake")
    assert rules.longest_life == timedelta(hours=1)


def test_a_partys_key_is_never_replaced(tmp_path: Path) -> None:
    new_keys(tmp_path, ["USA"])
    before = (tmp_path / "jwks.json").read_text()
    with pytest.raises(TokenWrong, match="there already"):
        new_keys(tmp_path, ["SLV", "USA"])
    assert (tmp_path / "jwks.json").read_text() == before
    assert not (tmp_path / "SLV.private.jwk").exists()


def test_a_party_that_comes_later_is_added(tmp_path: Path) -> None:
    new_keys(tmp_path, ["USA"])
    new_keys(tmp_path, ["SLV"])
    assert {key.party for key in load_keys(tmp_path / "jwks.json").values()} == {"USA", "SLV"}


@pytest.mark.parametrize("parties", [[], ["usa"], ["US"], ["../x"], ["USA\n"]])
def test_only_parties_get_keys(tmp_path: Path, parties: list[str]) -> None:
    with pytest.raises(TokenWrong):
        new_keys(tmp_path, parties)
    assert not list(tmp_path.iterdir())


def test_a_key_set_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    for broken in ("{", "[]"):
        (tmp_path / "jwks.json").write_text(broken)
        with pytest.raises(TokenWrong, match="move it away or mend it"):
            new_keys(tmp_path, ["USA"])
        assert (tmp_path / "jwks.json").read_text() == broken
    assert not (tmp_path / "USA.private.jwk").exists()


def test_a_key_file_is_not_written_through_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "USA.private.jwk").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="exists"):
        new_keys(folder, ["USA"])
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"party": "SLV"}, "accord keys new"),
        ({"party": "usa"}, "not a party"),
        ({"office": "king"}, "no office"),
        ({"subject": ""}, "subject"),
        ({"subject": "a b"}, "subject"),
        ({"scope": "accord:all"}, "scope"),
        ({"scope": ""}, "scope"),
        ({"life": timedelta()}, "lives"),
        ({"life": timedelta(days=31)}, "lives"),
    ],
)
def test_a_token_that_a_service_would_refuse_is_not_made(
    tmp_path: Path, wrong: dict[str, Any], said: str
) -> None:
    new_keys(tmp_path, ["USA"])
    with pytest.raises(TokenWrong, match=said):
        mint(tmp_path, **{**ASKED, **wrong})


def test_an_office_of_a_state_is_never_independent(tmp_path: Path) -> None:
    new_keys(tmp_path, ["XX"])
    with pytest.raises(TokenWrong, match="XX has no office"):
        mint(tmp_path, **{**ASKED, "party": "XX", "office": "treasury"})
    assert mint(tmp_path, **{**ASKED, "party": "XX"})

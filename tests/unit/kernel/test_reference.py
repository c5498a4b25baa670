"""The reference tables are their sources', and of a code that names nothing is said what to use."""

from importlib.resources import files

import pycountry
import pytest

from shared.kernel.reference import countries, languages, timezones
from shared.kernel.reference.countries import ALPHA_2, COUNTRIES, FORMERLY
from shared.kernel.reference.currency import FORMER, MINOR_DIGITS, NO_MONEY, REPLACED
from shared.kernel.reference.faults import (
    FAULTS,
    country_fault,
    currency_fault,
    nationality_fault,
)
from shared.kernel.reference.languages import LANGUAGES
from shared.kernel.reference.offences import SECTIONS
from shared.kernel.reference.territories import NOBODYS, TERRITORIES, determined, state_of
from shared.kernel.reference.timezones import RENAMED, ZONES
from shared.kernel.reference.travel_documents import (
    BRITISH,
    ISSUERS,
    NATIONALITIES,
    UNDETERMINED,
)
from tests.support.bad_input import rows
from tests.support.reference_tables import TABLES


def test_countries_are_those_of_iso_3166_1_and_3() -> None:
    now = {country.alpha_3: country for country in list(pycountry.countries)}
    assert set(COUNTRIES) == set(now)
    assert {country.alpha_2: code for code, country in now.items()} == ALPHA_2
    once = {country.alpha_3 for country in list(pycountry.historic_countries)} - set(now)
    assert set(FORMERLY) == once
    assert {code for successors in FORMERLY.values() for code in successors} <= set(now)


def test_languages_are_those_of_iso_639() -> None:
    all_of_them = list(pycountry.languages)
    two = {language.alpha_2 for language in all_of_them if hasattr(language, "alpha_2")}
    assert two | {language.alpha_3 for language in all_of_them} == LANGUAGES


def test_zones_are_those_of_places() -> None:
    rows = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines()
    assert {row.split("\t")[2] for row in rows if row and row[0] != "#"} == ZONES
    assert not ZONES & RENAMED.keys()
    assert set(RENAMED.values()) <= ZONES


def test_currencies_are_those_of_iso_4217_that_money_can_be_in() -> None:
    known = {currency.alpha_3 for currency in list(pycountry.currencies)}
    assert known - NO_MONEY.keys() == set(MINOR_DIGITS) - REPLACED.keys()
    assert NO_MONEY.keys() <= known
    assert FORMER.keys().isdisjoint(known)
    assert {*FORMER.values(), *REPLACED.values()} <= set(MINOR_DIGITS)


@pytest.mark.parametrize(("code", "right"), rows("currencies"))
def test_terms_are_agreed_in_a_currency_that_is_paid_in(code: str, right: str) -> None:
    fault = currency_fault(code)
    if right.isdigit():
        assert fault is None
        assert MINOR_DIGITS[code] == int(right)
        return
    assert right in (fault or "")


def test_sections_of_offences_are_numbered_through() -> None:
    assert list(SECTIONS) == [f"{number:02}" for number in range(1, 12)]


@pytest.mark.parametrize("name", TABLES)
def test_a_generated_table_says_what_its_source_says_now(name: str) -> None:
    """Otherwise: python -m tests.support.reference_tables, and look at what changed."""
    made: dict[str, object] = {}
    exec(compile(TABLES[name](), name, "exec"), made)  # noqa: S102 - what the generator writes
    module = {"countries.py": countries, "languages.py": languages, "timezones.py": timezones}[name]
    for constant in (name for name in made if name.isupper()):
        assert made[constant] == getattr(module, constant)


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("country", "GER", "did you mean DEU (Germany)?"),
        ("country", "SV", "did you mean SLV (El Salvador)?"),
        ("country", "UK", "did you mean GBR (United Kingdom)?"),
        ("country", "VNZ", "VEN (Venezuela)"),
        ("country", "QQQ", "use ISO 3166-1 alpha-3, like SLV"),
        ("country", "YUG", "not used any more: use BIH or HRV or MKD or MNE or SRB or SVN"),
        ("country", "ZAR", "use COD"),
        ("country", "BYS", "use BLR"),
        ("country", "XXA", "no country has the code XXA"),
        ("nationality", "UNO", "no country has the code UNO"),
        ("state", "HKG", "HKG is a territory of CHN: say CHN"),
        ("state", "ATA", "ATA (Antarctica) is no state"),
        ("state", "QQQ", "no country has the code QQQ"),
        ("issuer", "GBN", "no country has the code GBN"),
        ("party", "XXX", "no country has the code XXX"),
        ("language", "xx", "use one of ISO 639"),
        ("timezone", "EST5EDT", "no place has the time zone EST5EDT"),
        ("timezone", "GMT0", "no place has the time zone GMT0"),
        ("timezone", "W-SU", "use Europe/Moscow"),
        ("timezone", "Etc/GMT+5", "no place has the time zone Etc/GMT+5"),
        ("timezone", "UTC", "use one such as America/El_Salvador"),
        ("timezone", "America/Salvador", "did you mean America/El_Salvador?"),
        ("timezone", "Asia/Calcutta", "use Asia/Kolkata"),
        ("offence", "1201", "in no section of ICCS 1.0"),
        ("currency", "USS", "did you mean"),
        ("currency", "@@@", "no currency has the code @@@"),
    ],
)
def test_a_code_that_names_nothing_says_what_to_use(kind: str, code: str, said: str) -> None:
    fault = FAULTS[kind](code)
    assert fault is not None
    assert said in fault


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("country", "SLV"),
        ("nationality", "VEN"),
        ("nationality", "XXA"),
        ("country", "PRI"),
        ("country", "HKG"),
        ("country", "ATA"),
        ("state", "SLV"),
        ("state", "RKS"),
        ("issuer", "UNO"),
        ("party", "XX"),
        ("language", "es"),
        ("language", "kek"),
        ("timezone", "America/El_Salvador"),
        ("offence", "0501"),
        ("currency", "USD"),
    ],
)
def test_a_code_that_names_something_has_no_fault(kind: str, code: str) -> None:
    assert FAULTS[kind](code) is None


def test_g7_a_code_of_a_travel_document_may_determine_no_nationality() -> None:
    assert determined(("VEN",))
    assert not determined(())
    for code in UNDETERMINED:
        assert not determined((code,))
        assert not determined(("VEN", code)), "a part of it is not known"
    assert not set(NATIONALITIES) & set(COUNTRIES)
    assert not set(ISSUERS) & set(COUNTRIES)


@pytest.mark.parametrize(("code", "right"), rows("nationalities"))
def test_g7_a_nationality_is_a_states_and_no_territorys_or_class_of_one(
    code: str, right: str
) -> None:
    """Nationals of the sending state are refused, under whatever code: it has one."""
    fault = nationality_fault(code)
    if right == "good":
        assert fault is None
        return
    assert right in (fault or "")


def test_g7_every_territory_and_class_stands_for_a_state_that_has_nationals() -> None:
    assert TERRITORIES.keys() <= COUNTRIES.keys() | FORMERLY.keys()
    assert NOBODYS.keys() <= COUNTRIES.keys()
    for code in (*TERRITORIES, *BRITISH):
        state = state_of(code)
        assert f"say {state}" in (nationality_fault(code) or "")
        assert nationality_fault(state) is None, "what a refusal says to use is taken"
        assert state_of(state) == state
    for once in FORMERLY.keys() - TERRITORIES.keys() - {"PCI"}:
        assert TERRITORIES.keys().isdisjoint(FORMERLY[once]), "its successor is no territory"


def test_kosovo_is_a_country_by_the_one_code_that_icao_gives_it() -> None:
    assert country_fault("RKS") is None
    assert "no country has the code XKX" in (country_fault("XKX") or "")

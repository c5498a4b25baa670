"""Codes that name something: why one does not, and which was probably meant.

An order against a country that does not exist would block nobody, so a code that names nothing is
refused where it comes in. Entries are read whatever they name: a code may be withdrawn later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from shared.kernel.actor import INDEPENDENT
from shared.kernel.reference.countries import ALPHA_2, COUNTRIES, FORMERLY
from shared.kernel.reference.currency import FORMER, MINOR_DIGITS, NO_MONEY, REPLACED
from shared.kernel.reference.languages import LANGUAGES
from shared.kernel.reference.offences import SECTIONS
from shared.kernel.reference.territories import NOBODYS, TERRITORIES
from shared.kernel.reference.timezones import RENAMED, ZONES
from shared.kernel.reference.travel_documents import BRITISH, ISSUERS, KOSOVO, NATIONALITIES

NO_LANGUAGE = {
    "mis": "a language that has no code",
    "mul": "several languages",
    "und": "a language that nobody has determined",
    "zxx": "no language at all",
}
"""What ISO 639-3 keeps for where no one language can be named."""
Fault = str | None
"""Why a code names nothing, with what to use instead; nothing where it names something."""


def country_fault(code: str, besides: Mapping[str, str] | None = None) -> Fault:
    """Why a code is no country of ISO 3166-1, nor Kosovo's (ICAO 9303), nor one of `besides`."""
    if code in COUNTRIES or code in KOSOVO or (besides and code in besides):
        return None
    if successors := FORMERLY.get(code):
        return f"{code} is not used any more: use {' or '.join(successors)}"
    return f"no country has the code {code}: {_meant(_likely_country(code), COUNTRIES)}"


def nationality_fault(code: str) -> Fault:
    """Why a code is no nationality: a state's, or what stands for one in a travel document (G7)."""
    if british := BRITISH.get(code):
        return f"{code} is {british}, a class of GBR's nationality: say GBR"
    if nobodys := NOBODYS.get(code):
        return f"nobody is a national of {code} ({nobodys}): say whose nationality the person has"
    return _territory(code) or country_fault(code, NATIONALITIES)


def state_fault(code: str) -> Fault:
    """Why a code is no state that has nationals, as a party to an agreement has (G7)."""
    if nobodys := NOBODYS.get(code):
        return f"{code} ({nobodys}) is no state: say which state is the party"
    return _territory(code) or country_fault(code)


def issuer_fault(code: str) -> Fault:
    """Why a code is nobody who issues travel documents."""
    return country_fault(code, ISSUERS)


def party_fault(code: str) -> Fault:
    """Why a code is no state, and not the independent offices' either."""
    return None if code == INDEPENDENT else country_fault(code)


def language_fault(code: str) -> Fault:
    """Why a code is no language of ISO 639, or names none that anybody could understand (G10)."""
    if code in NO_LANGUAGE:
        return f"{code} stands for {NO_LANGUAGE[code]}: name the language that was used"
    if code in LANGUAGES:
        return None
    return f"no language has the code {code}: use one of ISO 639, such as es or spa"


def timezone_fault(name: str) -> Fault:
    """Why a name is no time zone of a place."""
    if name in ZONES:
        return None
    if zone := RENAMED.get(name):
        return f"{name} is another name, or no place: use {zone}"
    likely = get_close_matches(name, ZONES, n=1, cutoff=0.5)
    instead = f"did you mean {likely[0]}?" if likely else "use one such as America/El_Salvador"
    return f"no place has the time zone {name}: {instead}"


def zone_of(name: str) -> str:
    """The time zone that a name leads to: another name of one stands for that one."""
    return RENAMED.get(name, name)


def offence_fault(code: str) -> Fault:
    """Why a code is in no section of ICCS."""
    if code[:2] in SECTIONS:
        return None
    return f"{code} is in no section of ICCS 1.0: a code begins with 01 up to 11"


def currency_fault(code: str) -> Fault:
    """Why a code is no currency of ISO 4217 that terms can be agreed in."""
    if successor := REPLACED.get(code) or FORMER.get(code):
        return f"{code} is not used any more: use {successor}"
    if code in MINOR_DIGITS:
        return None
    if what := NO_MONEY.get(code):
        return f"{code} is {what}, which nobody pays in: use a currency's code, such as USD"
    likely = get_close_matches(code, MINOR_DIGITS, n=1, cutoff=0.5)
    return f"no currency has the code {code}" + (f": did you mean {likely[0]}?" if likely else "")


FAULTS: dict[str, Callable[[str], Fault]] = {
    "country": country_fault,
    "nationality": nationality_fault,
    "state": state_fault,
    "issuer": issuer_fault,
    "party": party_fault,
    "language": language_fault,
    "timezone": timezone_fault,
    "offence": offence_fault,
    "currency": currency_fault,
}
"""By what a code is to name."""


def _territory(code: str) -> Fault:
    state = TERRITORIES.get(code)
    return f"{code} is a territory of {state}: say {state}" if state else None


_RESERVED = {"UK": "GB"}


def _likely_country(code: str) -> Iterable[str]:
    """Alpha-2 within it, a name that begins like it, or the codes that are nearest."""
    code = _RESERVED.get(code, code)
    if (two := ALPHA_2.get(code.strip().upper()[:2])) and len(code) < len("SLV"):
        return (two,)
    begins = [real for real, name in COUNTRIES.items() if _letters(name).startswith(code.upper())]
    return begins[:3] or get_close_matches(code.upper(), COUNTRIES, n=3, cutoff=0.6)


def _letters(name: str) -> str:
    return "".join(filter(str.isalpha, name)).upper()


def _meant(likely: Iterable[str], names: Mapping[str, str]) -> str:
    named = [f"{code} ({names[code]})" for code in likely]
    return f"did you mean {' or '.join(named)}?" if named else "use ISO 3166-1 alpha-3, like SLV"

"""What a form is in words: nobody should have to read a regular expression to mend a request."""

from __future__ import annotations

import re
from typing import Final

UUID: Final = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
FORMS: Final = {
    UUID: (
        "an id as an answer gave it, like 01890a5d-ac96-774b-bcce-b302099a8057: 32 hexadecimal"
        " digits in small letters, with hyphens"
    ),
    r"^[a-z0-9][a-z0-9-]{0,63}$": (
        "a short name like usa-slv-2025 or cecot: small letters, digits and hyphens, up to 64, the"
        " first no hyphen"
    ),
    r"^[A-Za-z0-9][A-Za-z0-9./:_#-]*( [A-Za-z0-9./:_#-]+)*$": (
        "a reference like 25-cv-766: letters without accents, digits and . / : _ # -, with one"
        " blank between words, beginning with a letter or digit"
    ),
    r"^[A-Z]{3}$": "three capital letters, as ISO 3166-1 or ISO 4217 writes them: SLV, USD",
    r"^[A-Z]{3}$|^XX$": "a state in three capital letters like SLV, or XX for independent offices",
    r"^[a-z]{2,3}$": "a language in two or three small letters, as ISO 639 writes it: es",
    r"^[!-~]+$": "a text of visible ASCII characters without blanks",
    r"^[0-9a-f]{64}$": "a SHA-256 digest: 64 hexadecimal digits in small letters",
    r"^[0-9]{4,6}$": "an ICCS offence code of four to six digits: 0501",
    r"^[0-9]{4}-(0[1-9]|1[0-2])$": "a month like 2025-04",
    r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$": "a month like 2025-04",
    r"^[a-z0-9][a-z0-9-]{0,63}(@[1-9][0-9]{0,5})?$": (
        "an agreement's name like usa-slv-2025, or a version of it like usa-slv-2025@1"
    ),
    r"^[!-.0-~]{1,100}$": (
        "the part of a subject before its first /, like district-court-9: up to 100 visible ASCII"
        " characters, without / and blanks"
    ),
    r"^[a-z0-9./-]{1,200}#[0-9]{1,16}$": (
        "an entry's name like accord.example/intake/0#17: the log's origin, # and the entry's index"
    ),
    r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,8})?$": (
        "a decimal number with a point, like 17.34: up to nine digits before it and eight after it"
    ),
    r"^[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}$": "an IANA time zone like America/El_Salvador",
}
"""Each pattern of a request, with `$` where msgspec writes `\\Z`, and what fits it."""
_SAID: Final = re.compile(
    r"(?:String should match pattern|Expected `str` matching regex) '(.*?)'(?=$| - at )"
)


def in_words(message: str) -> str:
    """A library's message, with words where it has only a regular expression."""
    return _SAID.sub(_words, message)


def _words(said: re.Match[str]) -> str:
    pattern = said[1].replace("\\\\", "\\").replace(r"\Z", "$")
    return f"Not {FORMS[pattern]}" if pattern in FORMS else said[0]

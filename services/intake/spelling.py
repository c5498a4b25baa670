"""One name or number under every spelling: what the vault's index compares persons by (G9).

A form only ever widens what is found: whoever was found by the words of a name still is. Two who
share a form may be one person; somebody decides.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from shared.kernel.text import is_ignorable

_TATWEEL = "\N{ARABIC TATWEEL}"


def table(name: str) -> dict[int, str]:
    """A table beside this file: code points and what they stand for, by their code point."""
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    return {
        int(character, 16): to
        for character, _, to in (line.partition(";") for line in lines if not line.startswith("#"))
    }


def _characters(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split())


def _by_language(lines: dict[int, str]) -> tuple[dict[int, str], ...]:
    """The letters as most languages have them, and once more for each that has exceptions."""
    common = {letter: columns.partition(";")[0] for letter, columns in lines.items()}
    excepted: dict[str, dict[int, str]] = {}
    for letter, columns in lines.items():
        for exception in columns.partition(";")[2].split():
            language, _, latin = exception.partition(":")
            excepted.setdefault(language, {})[letter] = latin
    return (common, *(common | own for own in excepted.values()))


_TRANSLITERATED = _by_language(table("transliterations.txt"))
_LOOKS_LIKE = {
    character: _characters(codes) for character, codes in table("confusables.txt").items()
}
_TWO_WAYS = str.maketrans({"æ": "a", "ø": "o", "œ": "o", "å": "a", "ä": "a", "ö": "o", "ü": "u"})
_PAIRS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("nxx", "n"), ("uxx", "u"))
"""What ICAO writes with more letters and many with one; `nxx` is `ñ` in a machine-readable zone."""


def words(name: str) -> str:
    """A name's words in no order, without accents, case or punctuation: a person looks closer."""
    return _in_no_order(unicodedata.normalize("NFKD", name).casefold())


def forms_of_name(name: str) -> frozenset[str]:
    """What a name is found by: its words, how they are transliterated, and what they look like.

    Never by nothing: a form that is empty would be everybody's whose name leaves none.
    """
    seen = _seen(name)
    lower = seen.casefold()
    forms = {
        words(name),
        *(_transliterated(lower, letters) for letters in _TRANSLITERATED),
        _in_no_order(skeleton(lower)),
        _in_no_order(skeleton(seen.upper()).casefold()),
    }
    return frozenset(forms - {""})


def number(written: str) -> str:
    """A document's number as it is compared: letters and digits alone, if it has any."""
    plain = unicodedata.normalize("NFKC", written).upper()
    return "".join(character for character in plain if character.isalnum()) or plain


def number_by_value(written: str) -> str:
    """The same number with its digits by value, whichever script they are written in."""
    return number("".join(map(_digit, _seen(written))))


def number_by_look(written: str) -> str:
    """What a number looks like: another one may look the same, and a person decides."""
    return number(skeleton(number_by_value(written)))


def skeleton(text: str) -> str:
    """What a text looks like (UTS #39, section 4): equal for two that the eye may take for one."""
    plain = unicodedata.normalize("NFD", text)
    looks = "".join(
        _LOOKS_LIKE.get(ord(character), character)
        for character in plain
        if not is_ignorable(character)
    )
    return unicodedata.normalize("NFD", looks)


def _seen(text: str) -> str:
    """The text without what nobody sees and without the stroke that only lengthens a word."""
    kept = "".join(
        character for character in text if not is_ignorable(character) and character != _TATWEEL
    )
    return unicodedata.normalize("NFKC", kept)


def _transliterated(lower: str, letters: dict[int, str]) -> str:
    """As a travel document writes it: `ü`, `ue` and `u` are one here, as agencies mix them."""
    latin = unicodedata.normalize("NFKD", lower.translate(_TWO_WAYS).translate(letters))
    plain = _in_no_order("".join(map(_digit, latin)))
    for two, single in _PAIRS:
        plain = plain.replace(two, single)
    return " ".join(sorted(plain.split()))


def _in_no_order(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    letters = (
        letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter)
    )
    return " ".join(sorted("".join(letters).split()))


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)

"""Text that people read and write: what the eye can see of it, and what it can not."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_IGNORABLE = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""Default_Ignorable_Code_Point of Unicode 17.0 (DerivedCoreProperties.txt)."""
_EMPTY = "\N{BRAILLE PATTERN BLANK}"
_JOINED = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
_VARIANTS = ((0x180B, 0x180D), (0x180F, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_MODIFIER = "Lm"
"""Letters that only change others, such as an apostrophe; what is a letter made small is one."""
_NO_TEXT = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})

Fault = str | None
"""Why a text is none that a person could read, or nothing."""


@lru_cache(maxsize=4096)
def is_ignorable(char: str) -> bool:
    """Whether nothing of a character is to be seen, wherever it stands."""
    return char == _EMPTY or _within(char, _IGNORABLE)


def name_fault(text: str) -> Fault:
    """Why a text is no name: nobody sees a letter in it, or not all of it can be seen."""
    return _fault(text, "L", "a letter")


def number_fault(text: str) -> Fault:
    """Why a text is no number of a document: nobody sees a letter or a digit in it, or not all."""
    return _fault(text, "LN", "a letter or a digit")


def _fault(text: str, wanted: str, what: str) -> Fault:
    before = ""
    for char in text:
        kind = unicodedata.category(char)
        seen = f"U+{ord(char):04X} ({unicodedata.name(char, 'no character')})"
        if kind in _NO_TEXT:
            return f"{seen} is no character of a text: write it without"
        if is_ignorable(char) and not _belongs(char, before):
            return f"{seen} cannot be seen: write it without"
        if kind[0] == "M" and not before and not is_ignorable(char):
            return f"{seen} stands on no letter: write the letter before it"
        before = kind[0]
    if not any(_is_read(character, wanted) for character in text):
        return f"nothing in it can be read: write at least {what}"
    return None


def _is_read(char: str, wanted: str) -> bool:
    """Whether the eye reads a letter: no stroke that lengthens one, no apostrophe, no bare mark."""
    return (
        unicodedata.category(char)[0] in wanted
        and not is_ignorable(char)
        and any(
            (kind := unicodedata.category(part))[0] in wanted and kind != _MODIFIER
            for part in unicodedata.normalize("NFKC", char)
        )
    )


def _belongs(char: str, before: str) -> bool:
    """Whether it only shapes the letter before it, as in Persian, Sinhala or Japanese names."""
    return before in ("L", "M") and (char in _JOINED or _within(char, _VARIANTS))


def _within(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(char) <= last for first, last in ranges)

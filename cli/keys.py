"""`accord keys`: where each of its words is found."""

from typing import Final

from cli.words import Word, speaking

WORDS: Final = {
    "new": Word(
        "cli.credentials:new",
        "Make a signing key for each party, and the key set that services check tokens with.",
    ),
}

keys = speaking(WORDS)

"""`accord agreement`: where each of its words is found."""

from typing import Final

from cli.lazy_commands import Word, speaking

WORDS: Final = {
    "sign": Word(
        "cli.agreement.sign:sign",
        "Sign one's own copy of the terms with one's state's agreement key: a detached JWS.",
    ),
}

agreement = speaking(WORDS)

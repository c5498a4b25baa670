"""`accord vault`: where each of its words is found."""

from typing import Final

from cli.lazy_commands import Word, speaking

WORDS: Final = {
    "rotate": Word(
        "cli.vault.rotate:rotate",
        "Encrypt every person's key under the vault's current key, while intake runs.",
    ),
}

vault = speaking(WORDS)

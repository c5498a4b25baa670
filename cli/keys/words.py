"""`accord keys`: where each of its words is found."""

from typing import Final

from cli.lazy_commands import Word, speaking

WORDS: Final = {
    "new": Word(
        "cli.keys.party_keys:new",
        "Make a signing key for each party, and the key set that services check tokens with.",
    ),
    "log": Word("cli.keys.log_keys:log", "Make the keys with which a log signs its checkpoints."),
    "witness": Word(
        "cli.keys.log_keys:witness", "Make the keys with which a government's audit node cosigns."
    ),
    "policy": Word(
        "cli.keys.log_keys:policy",
        "Write the policy: whose logs these are, and that both governments must cosign them.",
    ),
}

keys = speaking(WORDS)

"""`accord audit`: where each of its words is found."""

from typing import Final

from cli.lazy_commands import Word, speaking

WORDS: Final = {
    "verify": Word(
        "cli.audit.verify:verify",
        "Prove every entry: signatures, cosignatures, hashes, roots and files.",
    ),
    "replay": Word(
        "cli.audit.replay:replay",
        "Rebuild custody, occupancy and every invoice from the entries alone, and compare.",
    ),
    "causes": Word(
        "cli.audit.causes:causes",
        "List what services did because of entries that the other log has not signed.",
    ),
    "export": Word(
        "cli.audit.export:export",
        "Copy everything that an auditor needs offline into a folder, checked on the way.",
    ),
    "prove": Word(
        "cli.audit.prove:prove", "Write the proof of one entry, which anybody can check offline."
    ),
    "check-proof": Word(
        "cli.audit.prove:check_proof", "Check such a proof: this entry, this log, both cosigned."
    ),
}

audit = speaking(WORDS)

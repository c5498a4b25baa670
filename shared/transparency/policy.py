"""Whose signatures make a checkpoint final: logs, witnesses and a quorum (C2SP tlog-policy)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from shared.transparency.canonical import lines_of, number_of
from shared.transparency.cosignature import verify_cosignature
from shared.transparency.errors import Malformed
from shared.transparency.keys import (
    ED25519,
    ED25519_COSIGNATURE,
    ML_DSA_44_COSIGNATURE,
    VerifierKey,
)
from shared.transparency.quorum import NONE, Group, check_names, check_word, met
from shared.transparency.signed_checkpoint import SignedCheckpoint, open_checkpoint

BILATERAL = "bilateral"
"""The group of both governments' witnesses."""

MAX_POLICY_LENGTH = 1024 * 1024
"""Hundreds of ML-DSA-44 keys; C2SP asks for 32 logs and 32 witnesses."""

_REFUSED = re.compile(r"[^\t\n\x20-\x7e\x80-\U0010ffff]")
_SPACE = re.compile(r"[ \t]+")

_LOG_KINDS = frozenset({ED25519, ML_DSA_44_COSIGNATURE})
_WITNESS_KINDS = frozenset({ED25519_COSIGNATURE, ML_DSA_44_COSIGNATURE})
_SUFFIXES = {ED25519_COSIGNATURE: "ed25519", ML_DSA_44_COSIGNATURE: "ml-dsa-44"}


class LogEntry(msgspec.Struct, frozen=True):
    """A log's key, named by its origin, and where the log is."""

    key: VerifierKey
    url: str | None = None


class WitnessEntry(msgspec.Struct, frozen=True):
    """One key of a witness under a name of the policy's own, and where its `/add-checkpoint` is."""

    name: str
    key: VerifierKey
    url: str | None = None


class PolicyVerdict(msgspec.Struct, frozen=True):
    """Whether the quorum has cosigned; who has, with every key that is theirs, and when."""

    satisfied: bool
    by: tuple[str, ...]
    times: tuple[int, ...]
    """The earliest time of each of them, in seconds since 1970."""


class Policy(msgspec.Struct, frozen=True):
    """The logs that are trusted to be themselves, and the witnesses that must have seen them."""

    logs: tuple[LogEntry, ...]
    witnesses: tuple[WitnessEntry, ...]
    groups: tuple[Group, ...]
    quorum: str

    def __post_init__(self) -> None:
        _check_keys("log", [entry.key for entry in self.logs], _LOG_KINDS)
        _check_keys("witness", [entry.key for entry in self.witnesses], _WITNESS_KINDS)
        for url in (*(log.url for log in self.logs), *(witness.url for witness in self.witnesses)):
            if url is not None:
                check_word(url, "a URL")
        check_names((entry.name for entry in self.witnesses), self.groups, self.quorum)

    @property
    def origins(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry.key.name for entry in self.logs))

    @property
    def witness_names(self) -> tuple[str, ...]:
        """The names with which the witnesses sign; each may have several keys."""
        return tuple(dict.fromkeys(entry.key.name for entry in self.witnesses))

    def log_keys(self, origin: str) -> tuple[VerifierKey, ...]:
        return tuple(entry.key for entry in self.logs if entry.key.name == origin)

    def witness_keys(self, name: str) -> tuple[VerifierKey, ...]:
        """The keys of the witness that signs with this name."""
        return tuple(entry.key for entry in self.witnesses if entry.key.name == name)

    def log_url(self, origin: str) -> str | None:
        return next((log.url for log in self.logs if log.key.name == origin and log.url), None)

    def witness_url(self, name: str) -> str | None:
        """The prefix of the `/add-checkpoint` of the witness that signs with this name."""
        return next(
            (witness.url for witness in self.witnesses if witness.key.name == name and witness.url),
            None,
        )

    def open(self, data: bytes, origin: str) -> SignedCheckpoint:
        """A checkpoint of one of the policy's logs; its cosignatures are for `judge`."""
        return open_checkpoint(data, self.log_keys(origin), origin)

    def judge(self, signed: SignedCheckpoint) -> PolicyVerdict:
        """Who has cosigned, and whether that is the quorum.

        A cosignature that says it is of a known key and does not verify spoils the whole note
        (C2SP signed-note): it raises `SignatureRefused`. Those of unknown keys count for nothing.
        """
        times = {entry.name: _time(signed, entry.key) for entry in self.witnesses}
        cosigned = [name for name, time in times.items() if time is not None]
        satisfied = self.quorum in met(cosigned, self.groups)
        by = {name: self._earliest(name, times) for name in self.witness_names}
        complete = {name: time for name, time in by.items() if time is not None}
        return PolicyVerdict(satisfied, tuple(complete), tuple(complete.values()))

    def can_do_without(self, name: str) -> bool:
        """Whether the quorum can be met though the witness that signs with this name has not
        cosigned.
        """
        others = [entry.name for entry in self.witnesses if entry.key.name != name]
        return self.quorum in met(others, self.groups)

    def _earliest(self, name: str, times: dict[str, int | None]) -> int | None:
        own = [times[entry.name] for entry in self.witnesses if entry.key.name == name]
        known = [time for time in own if time is not None]
        return min(known) if len(known) == len(own) else None

    def encode(self) -> str:
        """The policy's file, which `parse_policy` reads."""
        lines = [
            *(_line("log", log.key.encode(), log.url) for log in self.logs),
            *(
                _line("witness", witness.name, witness.key.encode(), witness.url)
                for witness in self.witnesses
            ),
            *(_group_line(group) for group in self.groups),
            _line("quorum", self.quorum),
        ]
        return "".join(f"{line}\n" for line in lines)


def parse_policy(text: str) -> Policy:
    """Read a policy's file.

    Names are opaque bytes: a file that may hold others than UTF-8 is to be decoded with
    `surrogateescape`.
    """
    if len(text) > MAX_POLICY_LENGTH:
        raise Malformed(f"a policy has at most {MAX_POLICY_LENGTH} characters")
    if _REFUSED.search(text):
        raise Malformed("a policy has a control character other than tab and newline")
    reader = _Reader()
    for number, line in enumerate(lines_of(text, "a policy"), start=1):
        words = _SPACE.split(line.strip(" \t"))
        if words[0] == "" or words[0].startswith("#"):
            continue
        try:
            reader.read(words)
        except Malformed as error:
            raise Malformed(f"line {number} of the policy: {error}") from None
    return reader.policy()


def bilateral(
    logs: Iterable[LogEntry], witnesses: Iterable[tuple[VerifierKey, str | None]]
) -> Policy:
    """Accord's policy: every key of both governments' witnesses must have cosigned."""
    entries = tuple(
        WitnessEntry(f"{key.name}/{_SUFFIXES.get(key.kind, key.kind)}", key, url)
        for key, url in witnesses
    )
    names = tuple(entry.name for entry in entries)
    return Policy(tuple(logs), entries, (Group(BILATERAL, len(names), names),), BILATERAL)


def _time(signed: SignedCheckpoint, key: VerifierKey) -> int | None:
    times = [
        verify_cosignature(signed.checkpoint, cosignature, key)
        for cosignature in signed.note.by(key)
    ]
    return min(times, default=None)


def _line(*words: str | None) -> str:
    return " ".join(word for word in words if word is not None)


def _group_line(group: Group) -> str:
    every = group.threshold == len(group.members)
    return _line("group", group.name, "all" if every else str(group.threshold), *group.members)


def _check_keys(what: str, keys: list[VerifierKey], kinds: frozenset[int]) -> None:
    for key in keys:
        if key.kind not in kinds:
            raise Malformed(f"a {what} does not sign with keys of type {key.kind:#04x}: {key.name}")
    if len({key.public for key in keys}) != len(keys):
        raise Malformed(f"one public key stands in two {what} lines")


class _Reader:
    """What the lines so far define; a name must be defined before the line that uses it."""

    def __init__(self) -> None:
        self._logs: list[LogEntry] = []
        self._witnesses: list[WitnessEntry] = []
        self._groups: list[Group] = []
        self._quorum: str | None = None
        self._defined = {NONE}

    def read(self, words: list[str]) -> None:
        match words:
            case ["log", key, *url] if len(url) <= 1:
                self._logs.append(LogEntry(VerifierKey.parse(key), *url))
            case ["witness", name, key, *url] if len(url) <= 1:
                self._witnesses.append(WitnessEntry(name, VerifierKey.parse(key), *url))
                self._defined.add(name)
            case ["group", name, threshold, *members] if members:
                self._check_defined(*members)
                self._groups.append(Group(name, _threshold(threshold, members), tuple(members)))
                self._defined.add(name)
            case ["quorum", name] if self._quorum is None:
                self._check_defined(name)
                self._quorum = name
            case _:
                raise Malformed(f"a line {words[0]!r} of {len(words)} words does not belong here")

    def policy(self) -> Policy:
        if self._quorum is None:
            raise Malformed("a policy has one quorum line; this has none")
        return Policy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), self._quorum)

    def _check_defined(self, *names: str) -> None:
        for name in names:
            if name not in self._defined:
                raise Malformed(f"{name} is not defined before this line")


def _threshold(word: str, members: list[str]) -> int:
    if word == "all":
        return len(members)
    return 1 if word == "any" else number_of(word, "a group's threshold")

"""Whose word an audit takes for who must sign: the auditor's own policy, or the source's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.audit.source import Source
from cli.output import CouldNot, UsedWrongly
from shared.sealing.errors import KeyFileWrong
from shared.sealing.keyfiles import read_agreement_keys
from shared.transparency.agreement_keys import AgreementKeys
from shared.transparency.errors import Malformed
from shared.transparency.policy import Policy, parse_policy

GOVERNMENTS: Final = 2
PartyKeys = Annotated[
    Path | None,
    typer.Option(
        help="your own copy of the parties' public keys: they say who signed the agreements. "
        "Without it that is not checked, and the replay says so"
    ),
]


def agreement_keys(path: Path | None) -> AgreementKeys:
    """The keys with which states sign agreements, by the auditor's own copy; none without one."""
    if path is None:
        return AgreementKeys()
    try:
        return read_agreement_keys(path)
    except KeyFileWrong as error:
        raise UsedWrongly(str(error)) from error


@dataclass(frozen=True)
class Trust:
    """A policy, and where it came from."""

    policy: Policy
    text: bytes
    whose: str
    is_own: bool
    """Whether it is the auditor's own, and not the source's word."""

    @property
    def keys(self) -> bytes:
        """Every key of the policy, one a line, as other people's verifiers take them."""
        keys = [log.key for log in self.policy.logs] + [
            witness.key for witness in self.policy.witnesses
        ]
        return "".join(f"{key.encode()}\n" for key in keys).encode()

    @staticmethod
    def given(path: Path) -> "Trust":
        """The auditor's own policy: the only one that a liar cannot have written."""
        try:
            text = path.read_bytes()
            return Trust(_parsed(text), text, f"yours ({path})", is_own=True)
        except OSError as error:
            raise UsedWrongly(f"{path} cannot be read: {error.strerror}") from error
        except (Malformed, UnicodeDecodeError) as error:
            raise UsedWrongly(f"{path} is no policy: {error}") from error

    @staticmethod
    def of(source: Source) -> "Trust":
        """The policy that the source brings along: it shows that the source agrees with itself."""
        text = source.policy()
        try:
            policy = _parsed(text)
        except (Malformed, UnicodeDecodeError) as error:
            raise PolicyWrong(str(error)) from error
        names = policy.witness_names
        if len(names) < GOVERNMENTS or any(map(policy.can_do_without, names)):
            raise PolicyWrong("it does not ask for the cosignatures of both governments")
        return Trust(policy, text, f"the one of {source.name}, not yours", is_own=False)


class PolicyWrong(CouldNot):
    """A source's own policy that is none."""


def _parsed(text: bytes) -> Policy:
    policy = parse_policy(text.decode("utf-8"))
    if not policy.logs:
        raise Malformed("it names no log: nothing would be checked")
    return policy

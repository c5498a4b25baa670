"""The keys of a local stack's logs and witnesses, and the policy by which everybody knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.local.addresses import NODES, SERVICES, origin_of, witness_of
from shared.sealing.keyfiles import (
    new_seeds,
    read_log_signers,
    read_witness_signers,
    write_seeds,
)
from shared.transparency.policy import LogEntry, bilateral


@dataclass(frozen=True)
class LogKeys:
    """A folder with a key file for each program, and the policy; keys are made once."""

    folder: Path

    @property
    def policy(self) -> Path:
        """Whose logs these are, and that both governments must cosign them."""
        return self.folder / "policy"

    def key(self, program: str) -> Path:
        """What a service signs its log with, or a node its cosignatures."""
        return self.folder / f"{program}.key"

    def prepare(self) -> None:
        """Make the keys that are not there yet."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        names = {service: origin_of(service) for service in SERVICES}
        names |= {node: witness_of(node) for node in NODES}
        for program, name in names.items():
            if not self.key(program).exists():
                write_seeds(self.key(program), new_seeds(name))

    def write_policy(self, urls: Mapping[str, str]) -> None:
        """Write down who signs what, and where everybody answers this time."""
        logs = [
            LogEntry(key, urls[service])
            for service in SERVICES
            for key in read_log_signers(self.key(service), origin_of(service)).verifiers
        ]
        witnesses = [
            (key, urls[node])
            for node in NODES
            for key in read_witness_signers(self.key(node)).verifiers
        ]
        self.policy.write_text(bilateral(logs, witnesses).encode(), encoding="utf-8")

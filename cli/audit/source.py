"""Where an audit reads from: a node or a service over HTTP, or an exported folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from cli.audit.findings import Finding, Unchecked
from shared.transparency.tiles import TILE_WIDTH, Tile

LARGEST: Final = TILE_WIDTH * (2 + 0xFFFF)
"""No file of a log is longer than a full bundle of the longest entries."""


class Source(Protocol):
    """The logs of a place, read file by file. What cannot be had raises `Absent`."""

    @property
    def name(self) -> str:
        """What it is, as the user named it."""
        ...

    @property
    def origins(self) -> tuple[str, ...]:
        """The logs that it says it has; none if it does not say."""
        ...

    @property
    def is_live(self) -> bool:
        """Whether its logs may grow, and be cosigned, while they are read."""
        ...

    def policy(self) -> bytes:
        """Its own policy, which is its own word about who must sign."""
        ...

    def checkpoint(self, origin: str) -> bytes:
        """The newest checkpoint of a log, with its cosignatures."""
        ...

    def tile(self, origin: str, tile: Tile) -> bytes:
        """The hashes of a tile."""
        ...

    def bundle(self, origin: str, index: int, width: int) -> bytes:
        """An entry bundle."""
        ...

    def file(self, origin: str, path: str) -> str:
        """How a file of a log is called here."""
        ...

    def is_changed(self, file: str) -> bool:
        """Whether a file that was read is known not to be what it was."""
        ...

    def afterwards(self) -> tuple[list[Finding], list[Unchecked]]:
        """What else is wrong with it, once its logs have been read."""
        ...

    def table(self, origin: str) -> Path | None:
        """The file of a log's decoded entries, if it is there as it was listed."""
        ...

    def listed_size(self, origin: str) -> int | None:
        """How many entries its list says that a log has, if there is one."""
        ...

    def beside(self) -> Mapping[str, str]:
        """The SHA-256, by path, of every file listed that no log has needed so far."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...

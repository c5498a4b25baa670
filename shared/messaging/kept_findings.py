"""What lay in a topic and is not its log's, as it is kept: a hostile topic fills no disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.ledger.positions import finding_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from shared.database.row_changes import Insert
    from shared.ledger.positions import KeptFinding, TopicFinding


class KeptFindings:
    """Counts the findings of one log, and says which are kept where.

    The first are kept for good and the newest in turn; a record that is met again after a restart
    counts once as long as it is kept.
    """

    def __init__(self, kept: Sequence[KeptFinding] = ()) -> None:
        """Go on after those that are kept."""
        self.count = max((finding.number + 1 for finding in kept), default=0)
        """How many there were."""
        self._offsets = {finding.offset for finding in kept}

    def rows(self, findings: Sequence[TopicFinding], at: datetime) -> Iterator[Insert]:
        """The row changes that keep these findings."""
        for finding in findings:
            if finding.offset not in self._offsets:
                yield finding_row(finding, self.count, at)
                self.count += 1

"""What can go wrong between one log and another.

```
MessagingError
├── BrokerUnavailable      the broker cannot be reached or did not answer in time; try again
├── OriginUnavailable      the origin of a log does not serve its entries now; try again
└── Stopped                trying again gives the same; somebody must look
    ├── TopicContradictsLog    a topic has what its log has not: nothing is published
    ├── LogBroken              a log has an entry that cannot be read: nothing after it is applied
    ├── AppliedUnsigned        what was applied is not what the log has signed: see the runbook
    └── EffectTooLarge         what follows from an entry does not fit into one: nothing is lost
```
"""


class MessagingError(Exception):
    """Something between one log and another went wrong."""


class BrokerUnavailable(MessagingError):
    """The broker did not answer in time: what was sent may or may not have arrived."""


class OriginUnavailable(MessagingError):
    """The origin of a log does not serve its entries now."""


class Stopped(MessagingError):
    """Trying again gives the same. `index` is the entry that somebody must look at."""

    def __init__(self, where: str, index: int, why: str) -> None:
        """Name the topic or the log, the index and what is wrong there."""
        super().__init__(f"{where} at entry {index}: {why}")
        self.index = index


class TopicContradictsLog(Stopped):
    """A topic is ahead of its log, or ends with another entry: the log may be an old backup."""


class EffectTooLarge(Stopped):
    """What a followed entry leads to does not fit into an entry of our own: it waits for us."""


class LogBroken(Stopped):
    """A log's entry cannot be read here, or a topic that is read alone does not continue it."""


class AppliedUnsigned(Stopped):
    """What this service has applied of a log is not what the log has signed."""

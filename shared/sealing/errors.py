"""What can go wrong while a log is sealed.

```
SealingError
├── KeyFileWrong       a file with keys or the policy is not what it should be: see its text
├── WitnessFailed      a witness did not cosign this time; it is asked again
├── Overtaken          another process sealed this log further; begin again from the database
└── SealingStopped     sealing on could make a second history; somebody must look
```
"""


class SealingError(Exception):
    """Something went wrong while a log was sealed."""


class KeyFileWrong(SealingError):
    """A file with keys, or with the policy, cannot be used; the text says what to do."""


class WitnessFailed(SealingError):
    """A witness did not cosign. `retry_after` is in seconds, if it said so."""

    def __init__(self, why: str, retry_after: float = 0.0) -> None:
        """Say what it did instead."""
        super().__init__(why)
        self.retry_after = retry_after


class Overtaken(SealingError):
    """The sealed head is not where this process left it."""


class SealingStopped(SealingError):
    """What is stored contradicts what was signed or cosigned: nothing more is signed."""

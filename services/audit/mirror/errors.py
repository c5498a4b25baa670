"""What can go wrong with a mirror itself.

```
MirrorError
├── MirrorBroken   what is stored here contradicts itself; restore the node's database
└── Overtaken      another process has proved this log further; begin again from the database
```
"""


class MirrorError(Exception):
    """Something is wrong with the mirror of a log."""


class MirrorBroken(MirrorError):
    """What is stored here contradicts itself."""


class Overtaken(MirrorError):
    """The stored place is not where this process left it."""

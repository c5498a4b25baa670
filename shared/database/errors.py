"""What can go wrong with a database, whatever it holds.

```
Unavailable       it cannot be reached, or has not been migrated yet; what was being written may
                  or may not be there: try again
UnwritableBatch   it cannot hold what it was asked to write or look for, however often it is asked
```
"""

UNMIGRATED = frozenset({"3D000", "3F000", "42P01"})
"""SQLSTATEs of a database, schema or table that is not there: whoever migrates brings it."""


class Unavailable(Exception):
    """The database cannot be reached, or has not been migrated. `retry_after` is in seconds."""

    retry_after = 1


class UnwritableBatch(Exception):
    """The database cannot hold what it was asked to write or look for: asked again it would refuse
    again.
    """

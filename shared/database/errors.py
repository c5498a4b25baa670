"""What can go wrong with a database, whatever it holds.

```
Unavailable       it cannot be reached; what was being written may or may not be there: try again
UnwritableBatch   it cannot hold what it was asked to write or look for, however often it is asked
```
"""


class Unavailable(Exception):
    """The database cannot be reached. `retry_after` is in seconds."""

    retry_after = 1


class UnwritableBatch(Exception):
    """The database cannot hold what it was asked to write or look for: asked again it would refuse
    again.
    """

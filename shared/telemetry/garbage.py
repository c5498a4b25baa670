"""How often Python looks for cyclic garbage: seldom, because nearly nothing here is cyclic."""

import gc

YOUNGEST = 50_000
"""How many more containers may be made than dropped before the youngest are looked at."""


def look_seldom() -> None:
    """Set what start-up made aside for good, and look at the rest a hundred times less often.

    Events, entries and answers are frozen and acyclic: counting references frees them. Looking at
    them all the time cost up to a third of a command's time in `bench/append.py`.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNGEST, 20, 50)

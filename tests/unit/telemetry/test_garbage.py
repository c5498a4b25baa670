"""The collector is set when a process starts."""

import gc

from shared.telemetry.garbage import YOUNGEST, look_seldom


def test_a_process_looks_for_cyclic_garbage_seldom() -> None:
    before = gc.get_threshold()
    try:
        look_seldom()
        assert gc.get_threshold()[0] == YOUNGEST
        assert gc.get_freeze_count() > 0
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)

"""In whatever order two processes read, decide and write: nobody boards or departs against what the
log says by then, and nobody is on two manifests (G1, G3, G4, G12, G23).

`SCHEDULES=5000 pytest tests/simulation/test_contention.py` plays as many of each kind.
"""

from __future__ import annotations

import os
from collections import Counter
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from shared.contracts.manifest import LegDeparted, PersonBoarded
from tests.simulation.contention import PROCESSES, Contention
from tests.simulation.judge import Violation
from tests.simulation.prepared import STAGES, Beginning
from tests.simulation.schedules import (
    EVERYTHING,
    MAY_BE_MISSING,
    STEPS,
    Do,
    GoOn,
    act,
    drawn,
    play,
)
from tests.simulation.weakenings import WEAKENINGS, Weakening

SCHEDULES = int(os.environ.get("SCHEDULES", "0"))
BOUND = 150
"""So many schedules find any weakening."""
PROCESS = st.sampled_from(PROCESSES)


class Schedules(RuleBasedStateMachine):
    """Whatever is asked of either process, and how far it comes before the other goes on."""

    @initialize(
        stages=st.tuples(st.sampled_from(STAGES), st.sampled_from(STAGES)),
        missing=st.sampled_from(MAY_BE_MISSING),
    )
    def begin(self, stages: tuple[str, str], missing: str) -> None:
        self.contention = Contention(Beginning(*stages, missing))  # type: ignore[arg-type]  # drawn from them

    @rule(step=st.sampled_from(sorted(STEPS)), process=PROCESS)
    def at_once(self, step: str, process: int) -> None:
        act(self.contention, Do(step, process, None))

    @rule(step=st.sampled_from(sorted(STEPS)), process=PROCESS, halts=st.integers(0, 3))
    def halting(self, step: str, process: int, halts: int) -> None:
        act(self.contention, Do(step, process, halts))

    @rule(process=PROCESS)
    def go_on(self, process: int) -> None:
        act(self.contention, GoOn(process))

    def teardown(self) -> None:
        try:
            self.contention.finish()
        finally:
            self.contention.close()


@pytest.mark.timeout(120 + SCHEDULES)
def test_g1_in_no_history_of_two_processes_does_anybody_pass_against_what_the_log_says() -> None:
    run_state_machine_as_test(
        Schedules,
        settings=settings(
            max_examples=SCHEDULES or 40,
            stateful_step_count=25,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.mark.timeout(120 + SCHEDULES)
def test_g12_in_no_schedule_of_these_seeds_does_anybody_pass_unlawfully_or_stand_on_two_lists() -> (
    None
):
    passed: Counter[str] = Counter()
    refused: set[str] = set()
    for seed in range(SCHEDULES or 60):
        contention = play(drawn(seed, EVERYTHING, MAY_BE_MISSING))
        for event in contention.judge.judged:
            passed[type(event).__name__] += 1
            refusal = getattr(event, "refusal", None)
            refused |= {refusal.rule} if refusal else set()
    assert passed[PersonBoarded.__name__] > 15, passed
    assert passed[LegDeparted.__name__] > 10, passed
    assert refused >= {"G3", "G4", "G8", "G9", "G17", "G23", "D5", "D12"}


@pytest.mark.parametrize("weakening", WEAKENINGS, ids=lambda weakening: weakening.says)
def test_each_condition_that_is_taken_away_is_found(weakening: Weakening) -> None:
    with patch.object(weakening.place, weakening.name, weakening.instead):
        for seed in range(weakening.first, weakening.first + BOUND):
            try:
                play(drawn(seed, weakening.families, weakening.missing, weakening.stages))
            except Violation:
                return
    pytest.fail(f"without {weakening.says} nothing wrong was found: the schedules miss it")

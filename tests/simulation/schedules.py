"""Random schedules of a seed: steps of some families, at once or halting, by two processes."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import msgspec

from tests.simulation.contention import PROCESSES, Contention
from tests.simulation.desk import AT_THE_DOOR, ELSEWHERE, LATE, ONWARD, PASSING, TIME, Step
from tests.simulation.facts_and_names import FACTS, LATE_FACTS, NAMES, OTHER_NATIONALITIES
from tests.simulation.hindrances import HINDRANCES
from tests.simulation.prepared import MISSING, STAGES, Beginning, Stage

FAMILIES: dict[str, dict[str, Step]] = {
    **HINDRANCES,
    "fact": FACTS,
    "late fact": LATE_FACTS,
    **NAMES,
    "another nationality": OTHER_NATIONALITIES,
    "late": LATE,
    "time": TIME,
    "elsewhere": ELSEWHERE,
}
"""What may happen, beside what brings people through the gates."""
STEPS: dict[str, Step] = {
    **PASSING,
    **{name: step for of in FAMILIES.values() for name, step in of.items()},
}
LENGTH = 20


class Do(msgspec.Struct, frozen=True):
    """A step is asked of a process."""

    step: str
    process: int
    halts: int | None
    """At which of its reads and writes it halts, counted from 0; None where it does not."""


class GoOn(msgspec.Struct, frozen=True):
    """What halted first in a process goes on."""

    process: int


Action = Do | GoOn


class Schedule(msgspec.Struct, frozen=True):
    """A beginning, and what happens then."""

    beginning: Beginning
    actions: tuple[Action, ...]


def drawn(
    seed: int,
    families: Sequence[str],
    missing: Sequence[str] = (),
    stages: Sequence[Stage] = STAGES,
) -> Schedule:
    """The schedule of a seed: three of these families at the most come in the way of those who
    pass, and what came is as likely to be taken back as that something else comes.
    """
    random = Random(seed)
    first, second = random.choice(stages), random.choice(stages)
    beginning = Beginning(first, second, random.choice([*missing] or [""]))
    chosen = random.sample([*families], min(3, len(families)))
    hindering = [name for family in chosen for name in FAMILIES[family]]
    passing = [*PASSING] if hindering else [*AT_THE_DOOR]
    onward = [*ONWARD] if hindering else passing
    came: list[str] = []
    actions: list[Action] = []
    while len(actions) < LENGTH:
        process = random.choice(PROCESSES)
        if random.random() < 0.2:
            actions.append(GoOn(process))
            continue
        if random.random() < 0.6 or not hindering:
            name = random.choice(onward if random.random() < 0.4 else passing)
        elif came and random.random() < 0.5:
            name = came.pop()
        else:
            name = random.choice(hindering)
            came.append(name)
        halts = random.randrange(4) if random.random() < 0.4 else None
        actions.append(Do(name, process, halts))
    return Schedule(beginning, tuple(actions))


def play(schedule: Schedule) -> Contention:
    """Play a schedule to its end. Raises `Violation` where it records what no rule lets be."""
    contention = Contention(schedule.beginning)
    try:
        for action in schedule.actions:
            act(contention, action)
        contention.finish()
    finally:
        contention.close()
    return contention


def act(contention: Contention, action: Action) -> None:
    """Play one action."""
    match action:
        case Do(step, process, halts):
            contention.do(STEPS[step], process, halts)
        case GoOn(process):
            contention.go_on(process)


EVERYTHING = (*FAMILIES,)
MAY_BE_MISSING = ("", "", *MISSING)

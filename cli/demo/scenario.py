"""What every act works with: the offices' clients, the people, and what has happened so far."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from cli.demo.agencies import Agencies, Answer, Unanswered
from cli.demo.people import Person, forty_three

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

AGREEMENT = "usa-slv-2025"
FACILITY = "cecot"
PERIOD = "2025-04"
CUSTODIAN = {"party": "SLV", "body": FACILITY, "responsible_state": "SLV"}
WAIT_SECONDS = 90.0
FAILED = 400


class Refused(msgspec.Struct, frozen=True):
    """Something that a rule stopped, and the entry that says so."""

    who: str
    what: str
    rule: str
    reason: str
    entry: str


class Story(msgspec.Struct):
    """What has happened so far."""

    refused: list[Refused] = []
    cases: dict[int, str] = {}
    persons: dict[int, str] = {}
    manifest: str = ""
    departed: list[int] = []
    nights_attested: int = 0
    unaccounted: list[str] = []
    invoice: dict[str, Any] = {}
    statement: dict[str, Any] = {}
    occupancy: dict[str, Any] = {}


class Stage:
    """Where the acts happen."""

    def __init__(self, ask: Agencies, say: Callable[[str], None]) -> None:
        """Ask through `ask`; tell of each act through `say`."""
        self.ask = ask
        self.say = say
        self.story = Story()
        self.people = forty_three()

    @property
    def journey(self) -> str:
        """The path of the manifest."""
        return f"/v1/manifests/{self.story.manifest}"

    def case(self, person: Person) -> str:
        """The id of a person's case, and so of their custody."""
        return self.story.cases[person.number]

    async def each(
        self, people: Iterable[Person], act: Callable[[Person], Awaitable[None]]
    ) -> None:
        """Do something for several people at once; the first failure stops all."""
        tasks = [asyncio.ensure_future(act(person)) for person in people]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    def note(self, person: Person, what: str, answer: Answer) -> None:
        """Take down a refusal. Raises `Unanswered` if it was none, or is not on the ledger."""
        receipt = answer.body.get("receipt")
        if not receipt or not answer.rule:
            message = (
                f"{person.label} should have been refused {what}: {answer.status} {answer.body}"
            )
            raise Unanswered(message)
        refused = Refused(
            who=person.label,
            what=what,
            rule=answer.rule,
            reason=str(answer.body["title"]),
            entry=f"{receipt['origin']}#{receipt['sequence']}",
        )
        self.story.refused.append(refused)


def granted(answer: Answer, what: str) -> None:
    """Raises `Unanswered` unless it was done."""
    if answer.status >= FAILED:
        message = f"{what} was answered {answer.status}: {answer.body}"
        raise Unanswered(message)


async def until(true: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait for another service to catch up; raises `Unanswered` after a minute and a half."""
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while not await true():
        if asyncio.get_running_loop().time() > deadline:
            message = f"waited {WAIT_SECONDS:.0f} s in vain for {what}"
            raise Unanswered(message)
        await asyncio.sleep(0.1)

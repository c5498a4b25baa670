"""What a reaction says about where its commands come from."""

from __future__ import annotations

from shared.kernel.ids import FacilityId
from shared.messaging.reaction import follower, steps_because_of
from tests.support.entries import FOREIGN, foreign
from tests.support.ledgers import RESERVE, Reserve

COMMAND = Reserve(FacilityId("cecot"))


def test_a_reaction_belongs_to_the_story_of_its_cause() -> None:
    cause = foreign(17)
    (step,) = steps_because_of(cause, "placement", (RESERVE, COMMAND))
    assert step.command is COMMAND
    assert step.decider is RESERVE
    assert step.provenance.causation == f"{FOREIGN}#17"
    assert step.provenance.correlation == cause.correlation
    assert step.provenance.traceparent == cause.traceparent
    assert step.provenance.time == cause.time
    assert step.provenance.agreement == "usa-slv-2025@1"
    assert str(step.provenance.actor) == "XX:ops:placement-follower"
    assert step.provenance.actor == follower("placement")


def test_a_redelivery_uses_the_same_keys_even_for_another_mapping() -> None:
    cause = foreign(17)
    first = steps_because_of(cause, "placement", (RESERVE, COMMAND), (RESERVE, COMMAND))
    other = Reserve(FacilityId("elsewhere"))
    again = steps_because_of(cause, "placement", (RESERVE, other), (RESERVE, other))
    assert [step.idempotency for step in first] == [step.idempotency for step in again]


def test_every_step_of_every_entry_has_a_key_of_its_own() -> None:
    causes = [foreign(1), foreign(11), foreign(1, origin="accord.example/billing/0")]
    keys = [
        step.idempotency.key_sha256
        for cause in causes
        for step in steps_because_of(cause, "placement", (RESERVE, COMMAND), (RESERVE, COMMAND))
        if step.idempotency is not None
    ]
    assert len(set(keys)) == 6
    assert {len(key) for key in keys} == {32}

"""A service refuses to start with keys or a policy under which its log could not become final."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from shared.ledger.log import Log
from shared.ledger.machine import SystemClock
from shared.ledger.memory import MemoryStore
from shared.sealing.errors import KeyFileWrong
from shared.sealing.service import Sealing
from shared.service.settings import SealingSettings
from shared.telemetry.metrics import Metrics
from shared.transparency.policy import LogEntry, Policy, bilateral
from tests.support.sealed_logs import log_signers as followed_signers
from tests.support.signers import ORIGIN, SLV, USA, log_signers
from tests.support.witnesses import World


def sealing(folder: Path, change: Callable[[Policy], Policy] = lambda policy: policy) -> Sealing:
    world = World("http://127.0.0.1:9", ORIGIN)
    world.policy = change(world.policy)
    log_key, policy = world.write(folder)
    settings = SealingSettings(
        database_url="postgresql://x@127.0.0.1:1/x",
        kafka_bootstrap="unused:1",
        jwks=folder,
        log_key=log_key,
        policy=policy,
    )
    log = Log(MemoryStore(ORIGIN), ORIGIN)
    return Sealing(log, settings, SystemClock(), asyncio.Event())


def with_other_keys(policy: Policy) -> Policy:
    return msgspec.structs.replace(
        policy, logs=tuple(LogEntry(key) for key in log_signers(ORIGIN, 9).verifiers)
    )


def with_one_of_the_keys(policy: Policy) -> Policy:
    return msgspec.structs.replace(policy, logs=policy.logs[:1])


def with_a_witness_without_address(policy: Policy) -> Policy:
    keys = [
        (key, None if key in SLV.verifiers else "http://usa")
        for key in (*USA.verifiers, *SLV.verifiers)
    ]
    return bilateral(policy.logs, keys)


def with_one_witness(policy: Policy) -> Policy:
    return bilateral(policy.logs, [(key, "http://usa") for key in USA.verifiers])


def with_one_government_enough(policy: Policy) -> Policy:
    return msgspec.structs.replace(policy, quorum=policy.witnesses[0].name)


async def test_a_log_that_the_policy_does_not_name_is_not_followed(tmp_path: Path) -> None:
    made, placement = sealing(tmp_path), "accord.example/placement/0"
    assert made.keys_of(placement) == followed_signers(placement).verifiers
    with pytest.raises(KeyFileWrong, match=r"does not name the keys of accord\.example/visits/0"):
        made.keys_of("accord.example/visits/0")


async def test_with_its_keys_and_both_witnesses_it_starts(tmp_path: Path) -> None:
    made = sealing(tmp_path)
    metrics = Metrics()
    made.measure(metrics)
    assert made.log.origin == ORIGIN
    text = metrics.text().decode()
    for stage in ("sealed", "published", "final"):
        assert f'accord_sealing_entries{{stage="{stage}"}} 0.0' in text
    assert "accord_sealing_witnesses_away 0.0" in text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (with_other_keys, "does not name the keys of accord.example/intake/0"),
        (with_one_of_the_keys, "does not name the keys of accord.example/intake/0"),
        (with_a_witness_without_address, r"audit\.slv\.accord\.example has none"),
        (with_one_government_enough, r"what audit\.slv\.accord\.example need not have cosigned"),
        (with_one_witness, "must name both governments' witnesses"),
    ],
)
async def test_a_policy_that_could_never_be_met_stops_the_start(
    tmp_path: Path, change: Callable[[Policy], Policy], why: str
) -> None:
    with pytest.raises(KeyFileWrong, match=why):
        sealing(tmp_path, change)

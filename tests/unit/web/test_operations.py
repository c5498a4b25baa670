"""What operators see: health, readiness and why not, tasks, metrics, the access log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from shared.web.app import build_app
from shared.web.background import Background
from shared.web.endpoints.health import Check, Checks
from shared.web.identity.verifier import Verifier, load_keys
from tests.unit.web.sample import MovingClock


@asynccontextmanager
async def started(
    keys: Path,
    **parts: Any,  # noqa: ANN401 - options of build_app
) -> AsyncIterator[httpx.AsyncClient]:
    verifier = Verifier(load_keys(keys / "jwks.json"), MovingClock())
    app = build_app(title="x", verifier=verifier, routers=[], **parts)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://x") as client,
    ):
        yield client


async def test_a_service_that_can_do_its_job_is_ready(keys: Path) -> None:
    async def well() -> str | None:
        return None

    async def runs() -> None:
        await asyncio.Event().wait()

    async with started(keys, checks=Checks({"database": well}), tasks={"relay": runs}) as client:
        ready, status = await client.get("/readyz"), await client.get("/status")
    assert (ready.status_code, status.status_code) == (200, 200)
    assert ready.json() == {"status": "ready", "checks": {"database": "ok"}}
    checks = {"database": "ok", "relay": "ok"}
    assert status.json() == {"status": "well", "checks": checks, "alarms": {}}


async def test_what_a_task_says_of_itself_counts_as_long_as_it_runs(keys: Path) -> None:
    async def stuck() -> str | None:
        return "stuck: no broker"

    async def runs() -> None:
        await asyncio.Event().wait()

    async with started(
        keys, checks=Checks(works={"relay": stuck}), tasks={"relay": runs}
    ) as client:
        ready, status = await client.get("/readyz"), await client.get("/status")
    assert (ready.status_code, status.status_code) == (200, 503), "it can record"
    assert status.json()["findings"] == [{"rule": "relay", "missing": "stuck: no broker"}]


async def _ill() -> str | None:
    return "no connection"


async def _broken() -> str | None:
    raise OSError("secret address")


async def _slow() -> str | None:
    await asyncio.sleep(60)
    return None


@pytest.mark.parametrize(
    ("check", "why"),
    [
        (_ill, "no connection"),
        (_broken, "it could not be checked (OSError)"),
        (_slow, "it did not answer within 0.05 seconds"),
    ],
)
async def test_each_check_says_why_not(
    keys: Path, check: Check, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.web.endpoints.health._PATIENCE", 0.05)
    with structlog.testing.capture_logs():
        async with started(keys, checks=Checks({"database": check})) as client:
            response = await client.get("/readyz")
            alive = await client.get("/livez")
    assert (response.status_code, alive.status_code) == (503, 200)
    assert response.headers["retry-after"] == "1"
    assert response.json()["findings"] == [{"rule": "database", "missing": why}]


async def test_a_task_that_dies_is_logged_shown_and_restarted() -> None:
    runs: list[int] = []
    again = asyncio.Event()

    async def dies_once() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("broker gone")
        if len(runs) == 2:
            return
        again.set()
        await asyncio.Event().wait()

    background = Background({"relay": dies_once}, first_pause=0.02)
    assert background.why_not("relay") == "it has not been started"
    with structlog.testing.capture_logs() as logs:
        async with background.running():
            await asyncio.sleep(0)
            why_not = background.why_not("relay")
            await asyncio.wait_for(again.wait(), 60)
            assert background.why_not("relay") is None
    assert why_not == "it died (RuntimeError) and is being restarted"
    assert [line["event"] for line in logs] == ["background task died", "background task ended"]
    assert len(runs) == 3


async def test_resources_outlive_tasks_and_are_left_in_reverse(keys: Path) -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def resource(name: str) -> AsyncIterator[None]:
        seen.append(f"{name} entered")
        yield
        seen.append(f"{name} left")

    async def task() -> None:
        seen.append("task started")
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("task stopped")

    parts = {"resources": [lambda: resource("a"), lambda: resource("b")], "tasks": {"t": task}}
    async with started(keys, **parts) as client:
        await asyncio.sleep(0.01)
        await client.get("/livez")
    assert seen == [
        "a entered", "b entered", "task started", "task stopped", "b left", "a left"
    ]  # fmt: skip


async def test_metrics_count_by_route_and_status_and_not_by_what_clients_invent(
    client: httpx.AsyncClient,
) -> None:
    for number in range(50):
        await client.get(f"/v1/invented-{number}")
        await client.request(f"METHOD{number}", "/invented")
    await client.get("/v1/persons/x")
    text = (await client.get("/metrics")).text
    counted = 'accord_requests_total{method="GET",route="/v1/persons/{person}",status="400"} 1.0'
    assert counted in text
    assert "invented" not in text
    assert "METHOD" not in text


async def test_the_access_log_says_route_status_and_request(keys: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        async with started(keys, access_log=True) as client:
            response = await client.get("/livez")
    assert {"route": "/livez", "status": 200}.items() <= logs[0].items()
    assert logs[0]["request"] == response.headers["x-request-id"]


async def test_two_apps_in_one_process_count_for_themselves(keys: Path) -> None:
    async with started(keys) as one, started(keys) as other:
        await one.get("/livez")
        text = (await other.get("/metrics")).text
    assert "/livez" not in text

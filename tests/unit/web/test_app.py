"""The app: nothing without a token but what is open on purpose, health, tasks, OpenAPI, faults."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
import structlog
from fastapi import APIRouter, BackgroundTasks, Body, Depends, Header
from starlette.responses import Response
from starlette.routing import BaseRoute

from shared.web.app import build_app
from shared.web.asked import Asked, Reader, asked_by, reader
from shared.web.background import Background
from shared.web.gate import resource_router
from shared.web.health import Check
from shared.web.identity import Verifier, load_keys
from tests.unit.web.sample import REGISTRATION, Journey, Leg, MovingClock, Service

OPEN = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/oauth2-redirect",
    "/redoc",
    "/v1/log",
    "/tile/entries/{tile:path}",
}


def addresses(service: Service) -> list[tuple[str, str]]:
    """Every method and path that the app answers, whatever kind of route it is."""

    def path(route: BaseRoute) -> str:
        return str(route.path)  # type: ignore[attr-defined]  # a route without a path would fail here

    def methods(route: BaseRoute) -> list[str]:
        return sorted(route.methods)  # type: ignore[attr-defined]  # the same for a mount

    routes = service.app.routes
    return [(method, path(one)) for one in routes for method in methods(one)]


async def test_every_endpoint_but_the_open_ones_needs_a_token(service: Service) -> None:
    walked = [one for one in addresses(service) if one[1] not in OPEN]
    assert len(walked) >= 7
    async with service.client() as client:
        del client.headers["authorization"]
        for method, path in walked:
            response = await client.request(method, path.replace("{", "").replace("}", ""))
            assert (method, path, response.status_code) == (method, path, 401)


async def test_the_open_endpoints_need_none(service: Service) -> None:
    assert {path for _, path in addresses(service)} >= OPEN
    async with service.client() as client:
        del client.headers["authorization"]
        for path in sorted(OPEN - {"/tile/entries/{tile:path}"}):
            assert (path, (await client.get(path)).status_code) == (path, 200)


def test_a_router_without_a_gate_stops_the_start(keys: Path) -> None:
    router = APIRouter()

    @router.get("/open")
    async def opened() -> Response:
        return Response()

    with pytest.raises(TypeError, match="/open has no gate"):
        build_app(
            title="x",
            verifier=Verifier(load_keys(keys / "jwks.json"), MovingClock()),
            routers=[router],
        )


def test_a_route_that_names_nobody_who_may_stops_the_start() -> None:
    async def nobody() -> Response:
        return Response()

    router = resource_router("x")
    with pytest.raises(TypeError, match="/v1/x: name who may read"):
        router.get("/x")(nobody)
    with pytest.raises(TypeError, match="/v1/x: name who may ask"):
        router.post("/x")(nobody)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_a_resource_is_only_read_and_commanded(method: str) -> None:
    router = resource_router("x")

    async def changed(asked: Annotated[Asked, Depends(asked_by())]) -> Response:
        return Response(str(asked))

    with pytest.raises(TypeError, match="read with GET and commanded with POST"):
        getattr(router, method)("/x")(changed)


def _other() -> int:
    return 1


async def _with_dependency(
    other: Annotated[int, Depends(_other)], asked: Annotated[Asked, Depends(asked_by())]
) -> Response:
    return Response(f"{other} {asked}")


async def _with_header(
    x_other: Annotated[str, Header()], asked: Annotated[Asked, Depends(asked_by())]
) -> Response:
    return Response(f"{x_other} {asked}")


async def _with_two_bodies(
    one: Leg, two: Journey, asked: Annotated[Asked, Depends(asked_by())]
) -> Response:
    return Response(f"{one} {two} {asked}")


async def _with_embedded_body(
    one: Annotated[Leg, Body(embed=True)], asked: Annotated[Asked, Depends(asked_by())]
) -> Response:
    return Response(f"{one} {asked}")


async def _with_background(
    tasks: BackgroundTasks, asked: Annotated[Asked, Depends(asked_by())]
) -> Response:
    return Response(f"{tasks} {asked}")


@pytest.mark.parametrize(
    "endpoint",
    [_with_dependency, _with_header, _with_two_bodies, _with_embedded_body, _with_background],
)
def test_what_a_route_cannot_give_its_endpoint_stops_the_start(endpoint: Any) -> None:  # noqa: ANN401 - endpoints of several forms
    with pytest.raises(TypeError, match="cannot be taken"):
        resource_router("x").post("/x")(endpoint)


async def test_an_unexpected_fault_is_a_500_without_a_trace_of_what_it_was(
    service: Service,
) -> None:
    with structlog.testing.capture_logs() as logs:
        async with service.client(service.token(office="ops")) as client:
            response = await client.get("/v1/faults")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert b"secret" not in response.content
    assert b"Traceback" not in response.content
    assert response.json()["instance"].endswith(logs[0]["request"])
    assert logs[0]["event"] == "request failed"


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

    async with started(keys, checks={"database": well}, tasks={"relay": runs}) as client:
        response = await client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"database": "ok", "relay": "ok"}}


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
    monkeypatch.setattr("shared.web.health._PATIENCE", 0.05)
    with structlog.testing.capture_logs():
        async with started(keys, checks={"database": check}) as client:
            response = await client.get("/readyz")
            alive = await client.get("/healthz")
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
            await asyncio.sleep(0.01)
            why_not = background.why_not("relay")
            await asyncio.wait_for(again.wait(), 5)
            assert background.why_not("relay") is None
    assert why_not == "it died (RuntimeError) and is being restarted"
    assert [one["event"] for one in logs] == ["background task died", "background task ended"]
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
        await client.get("/healthz")
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
            response = await client.get("/healthz")
    assert {"route": "/healthz", "status": 200}.items() <= logs[0].items()
    assert logs[0]["request"] == response.headers["x-request-id"]


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


async def test_openapi_documents_problems_tokens_and_keys_on_every_operation(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    for path, method, operation in operations(document):
        answers = operation["responses"]
        for status, answer in answers.items():
            if int(status) >= 400:
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}
        names = [one["name"] for one in operation.get("parameters", [])]
        if "security" in operation:
            assert {"400", "401", "403", "404", "500", "503"} <= answers.keys()
        if method == "post":
            assert {"201", "409", "413", "415", "422"} <= answers.keys()
            assert "Idempotency-Key" in names
        assert ("security" in operation) == (path not in OPEN | {"/tile/entries/{tile}"})


async def test_openapi_names_only_what_it_defines(client: httpx.AsyncClient) -> None:
    response = await client.get("/openapi.json")
    defined = response.json()["components"]["schemas"].keys()
    named = {part.split('"')[0] for part in response.text.split("#/components/schemas/")[1:]}
    assert named <= defined
    assert {"Problem", "Registration", "Journey"} <= defined
    assert "HTTPValidationError" not in defined


async def test_openapi_says_that_a_document_is_yaml(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    body = document["paths"]["/v1/documents"]["post"]["requestBody"]
    assert body["content"].keys() == {"application/yaml"}


async def test_two_apps_in_one_process_count_for_themselves(keys: Path) -> None:
    async with started(keys) as one, started(keys) as other:
        await one.get("/healthz")
        text = (await other.get("/metrics")).text
    assert "/healthz" not in text


async def test_a_read_route_may_not_take_a_body() -> None:
    async def reads(body: Leg, asking: Annotated[Reader, Depends(reader())]) -> Response:
        return Response(f"{body} {asking}")

    with pytest.raises(TypeError, match="takes no body"):
        resource_router("x").get("/x")(reads)


async def test_registration_works_beside_all_this(client: httpx.AsyncClient) -> None:
    headers = {"idempotency-key": "a"}
    assert (await client.post("/v1/persons", json=REGISTRATION, headers=headers)).is_success

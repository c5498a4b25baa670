"""The app: nothing without a token but what is open on purpose, health, tasks, OpenAPI, faults."""

from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
import structlog
from fastapi import APIRouter, BackgroundTasks, Body, Depends, Header
from starlette.responses import Response
from starlette.routing import BaseRoute

from shared.web.app import build_app
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.identity.verifier import Verifier, load_keys
from shared.web.routes import resource_router
from tests.unit.web.sample import REGISTRATION, Journey, Leg, MovingClock, Service

OPEN = {
    "/livez",
    "/readyz",
    "/status",
    "/metrics",
    "/openapi.json",
    "/v1/log",
    "/checkpoint",
    "/tile/entries/{bundle:path}",
    "/tile/{level}/{tile:path}",
}


def addresses(service: Service) -> list[tuple[str, str]]:
    """Every method and path that the app answers, whatever kind of route it is."""

    def path(route: BaseRoute) -> str:
        return str(route.path)  # type: ignore[attr-defined]  # a route without a path would fail here

    def methods(route: BaseRoute) -> list[str]:
        return sorted(route.methods)  # type: ignore[attr-defined]  # the same for a mount

    routes = service.app.routes
    return [(method, path(served)) for served in routes for method in methods(served)]


async def test_every_endpoint_but_the_open_ones_needs_a_token(service: Service) -> None:
    walked = [address for address in addresses(service) if address[1] not in OPEN]
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
        for path in sorted(OPEN):
            status = (await client.get(path.replace("{", "").replace("}", ""))).status_code
            nothing_yet = path.startswith(("/checkpoint", "/tile"))
            assert (path, status) == (path, 404 if nothing_yet else 200)


def test_a_router_without_a_gate_stops_the_start(keys: Path) -> None:
    router = APIRouter()

    @router.get("/open")
    async def opened() -> Response:
        return Response()

    with pytest.raises(TypeError, match="/open lets anybody in"):
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

    async def changed(caller: Annotated[Caller, Depends(caller_from())]) -> Response:
        return Response(str(caller))

    with pytest.raises(TypeError, match="read with GET and commanded with POST"):
        getattr(router, method)("/x")(changed)


def _other() -> int:
    return 1


async def _with_dependency(
    other: Annotated[int, Depends(_other)], caller: Annotated[Caller, Depends(caller_from())]
) -> Response:
    return Response(f"{other} {caller}")


async def _with_header(
    x_other: Annotated[str, Header()], caller: Annotated[Caller, Depends(caller_from())]
) -> Response:
    return Response(f"{x_other} {caller}")


async def _with_two_bodies(
    one: Leg, two: Journey, caller: Annotated[Caller, Depends(caller_from())]
) -> Response:
    return Response(f"{one} {two} {caller}")


async def _with_embedded_body(
    one: Annotated[Leg, Body(embed=True)], caller: Annotated[Caller, Depends(caller_from())]
) -> Response:
    return Response(f"{one} {caller}")


async def _with_background(
    tasks: BackgroundTasks, caller: Annotated[Caller, Depends(caller_from())]
) -> Response:
    return Response(f"{tasks} {caller}")


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


async def test_a_read_route_may_not_take_a_body() -> None:
    async def reads(body: Leg, asking: Annotated[Reader, Depends(reader())]) -> Response:
        return Response(f"{body} {asking}")

    with pytest.raises(TypeError, match="takes no body"):
        resource_router("x").get("/x")(reads)


async def test_registration_works_beside_all_this(client: httpx.AsyncClient) -> None:
    headers = {"idempotency-key": "a"}
    assert (await client.post("/v1/persons", json=REGISTRATION, headers=headers)).is_success

"""The app that every service is: routers, checks, background tasks, and what surrounds them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from shared.sealing.finality import Finality
from shared.telemetry.metrics import Metrics
from shared.web.admission import Admission
from shared.web.background import Background, Run
from shared.web.endpoints.health import Checks, health_router
from shared.web.identity.verifier import Verifier
from shared.web.middleware import Middleware
from shared.web.openapi.document import document
from shared.web.routes import GuardedRoute, OpenRoute

App = FastAPI
"""A service's app, by the name that compositions know it by: they do not import the framework."""
Router = APIRouter
Resource = Callable[[], AbstractAsyncContextManager[object]]
_VERSION = "0.1.0"
_OPTIONS: dict[str, Any] = {
    "redirect_slashes": False,
    "docs_url": None,  # its page would load scripts from elsewhere; the document itself is here
    "redoc_url": None,
    "telemetry": {"tracing": False, "metrics": False, "logs": False},
}

_NOTHING = Checks()


def build_app(
    *,
    title: str,
    verifier: Verifier,
    routers: Sequence[APIRouter],
    checks: Checks = _NOTHING,
    tasks: Mapping[str, Run] | None = None,
    resources: Sequence[Resource] = (),
    metrics: Metrics | None = None,
    finality: Finality | None = None,
    admission: Admission | None = None,
    access_log: bool = False,
) -> FastAPI:
    """A service's app; `resources` are entered before `tasks` start and left after they stop.

    `finality` is of the log that its commands append to: what `Prefer: wait=final` waits for;
    `admission` says which commands are taken under load.
    """
    measured = metrics or Metrics()
    background = Background(tasks or {})
    lifespan = _lifespan(resources, background)
    app = _App(title=title, version=_VERSION, lifespan=lifespan, **_OPTIONS)
    app.surround = partial(
        Middleware,
        verifier=verifier,
        metrics=measured,
        access_log=access_log,
        finality=finality,
        admission=admission,
    )
    _add(app, (health_router(checks, background, measured), *routers))
    app.openapi = document(app, frozenset(_open_paths(routers)))  # type: ignore[method-assign]  # FastAPI's way
    return app


class _App(FastAPI):
    """A FastAPI app with one middleware, which does what FastAPI's own five do and less."""

    surround: Callable[[ASGIApp], ASGIApp]

    def build_middleware_stack(self) -> ASGIApp:
        """The routes, surrounded once."""
        return self.surround(self.router)


def _lifespan(
    resources: Sequence[Resource], background: Background
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for resource in resources:
                await stack.enter_async_context(resource())
            await stack.enter_async_context(background.running())
            yield

    return lifespan


def _add(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    for router in routers:
        _refuse_unguarded(router)
        app.router.routes.extend(router.routes)


def _refuse_unguarded(router: APIRouter) -> None:
    for route in router.routes:
        if not isinstance(route, OpenRoute):
            where = getattr(route, "path", route)
            raise TypeError(f"{where} lets anybody in: make its router with resource_router(…)")


def _open_paths(routers: Sequence[APIRouter]) -> Iterator[str]:
    yield from ("/livez", "/readyz", "/status", "/metrics")
    for router in routers:
        for route in router.routes:
            if isinstance(route, OpenRoute) and not isinstance(route, GuardedRoute):
                yield route.path_format

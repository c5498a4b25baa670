"""Whether a process is alive, whether it can do its job and why not, and its metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from shared.telemetry.logs import logger
from shared.telemetry.metrics import CONTENT_TYPE, Metrics
from shared.web.background import Background
from shared.web.openapi.examples import Responses
from shared.web.problems import Refused, finding, problem
from shared.web.routes import open_router

Check = Callable[[], Awaitable[str | None]]
"""Says why something is not ready, or nothing when it is."""
_PATIENCE = 2.0
_log = logger("health")


def health_router(
    checks: Mapping[str, Check],
    background: Background,
    metrics: Metrics,
    alarms: Mapping[str, Check] | None = None,
) -> APIRouter:
    """`/healthz`, `/readyz` and `/metrics`. What rings an alarm is told and keeps nobody from being
    served: a log that has signed two histories is a reason to ask its mirror, not to take it away.
    """
    router, told = open_router("operations"), alarms or {}

    @router.get("/healthz", summary="Is the process alive")
    async def healthz() -> Response:
        return Response(b'{"status":"alive"}', media_type="application/json")

    @router.get("/readyz", summary="Can it do its job, and why not")
    async def readyz() -> Response:
        answered = await asyncio.gather(*(_ask(name, check) for name, check in checks.items()))
        answers = dict(answered)
        for name in background.names:  # a task may have a check of its own, under its name
            answers[name] = background.why_not(name) or answers.get(name)
        ringing = await asyncio.gather(*(_ask(name, alarm) for name, alarm in told.items()))
        return _readiness(answers, {name: why for name, why in ringing if why is not None})

    text: Responses = {
        200: {"description": "In Prometheus' text format", "content": {CONTENT_TYPE: {}}}
    }

    @router.get("/metrics", summary="Prometheus metrics", response_class=Response, responses=text)
    async def measured() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return router


def _readiness(answers: Mapping[str, str | None], alarms: Mapping[str, str]) -> Response:
    wrong = {name: why for name, why in answers.items() if why is not None}
    if wrong:
        detail = f"Not ready: {', '.join(wrong)}."
        findings = tuple(finding(name, why) for name, why in wrong.items())
        raise Refused(problem(503, "NotReady", detail, findings=findings), {"retry-after": "1"})
    said = {"status": "ready", "checks": dict.fromkeys(answers, "ok"), "alarms": alarms}
    return Response(msgspec.json.encode(said), media_type="application/json")


async def _ask(name: str, check: Check) -> tuple[str, str | None]:
    try:
        async with asyncio.timeout(_PATIENCE):
            return name, await check()
    except TimeoutError:
        return name, f"it did not answer within {_PATIENCE:g} seconds"
    except Exception as error:  # noqa: BLE001 - a check that fails is an answer
        _log.exception("readiness check failed", check=name)
        return name, f"it could not be checked ({type(error).__name__})"

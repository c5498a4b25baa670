"""Whether a process is alive, whether it can record, how everything in it does, its metrics."""

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


class Checks(msgspec.Struct, frozen=True):
    """What is asked how a process does, by name."""

    needs: Mapping[str, Check] = {}
    """What it can record nothing without: its database. Who lacks it is sent no requests."""
    works: Mapping[str, Check] = {}
    """Whatever else must work: a broker or a witness that is away keeps no order from being
    asserted.
    """
    alarms: Mapping[str, Check] = {}
    """What is told and keeps nothing from being well: a log that has signed two histories is a
    reason to ask its mirror, not to take it away.
    """


def health_router(checks: Checks, background: Background, metrics: Metrics) -> APIRouter:
    """`/livez`, `/readyz`, `/status` and `/metrics`."""
    router = open_router("operations")

    @router.get("/livez", summary="Is the process alive")
    async def livez() -> Response:
        return Response(b'{"status":"alive"}', media_type="application/json")

    @router.get("/readyz", summary="Can it record, and why not")
    async def readyz() -> Response:
        return _answer("ready", "NotReady", await _all(checks.needs))

    @router.get("/status", summary="Does everything in it work, and what does not")
    async def status() -> Response:
        answers = await _all({**checks.needs, **checks.works})
        for name in background.names:  # a task may have a check of its own, under its name
            answers[name] = background.why_not(name) or answers.get(name)
        ringing = (await _all(checks.alarms)).items()
        alarms = {name: why for name, why in ringing if why is not None}
        return _answer("well", "NotWell", answers, alarms=alarms)

    text: Responses = {
        200: {"description": "In Prometheus' text format", "content": {CONTENT_TYPE: {}}}
    }

    @router.get("/metrics", summary="Prometheus metrics", response_class=Response, responses=text)
    async def measured() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return router


def _answer(
    status: str, otherwise: str, answers: Mapping[str, str | None], **told: object
) -> Response:
    wrong = {name: why for name, why in answers.items() if why is not None}
    if wrong:
        detail = f"Not {status}: {', '.join(wrong)}."
        findings = tuple(finding(name, why) for name, why in wrong.items())
        raise Refused(problem(503, otherwise, detail, findings=findings), {"retry-after": "1"})
    said = {"status": status, "checks": dict.fromkeys(answers, "ok"), **told}
    return Response(msgspec.json.encode(said), media_type="application/json")


async def _all(checks: Mapping[str, Check]) -> dict[str, str | None]:
    return dict(await asyncio.gather(*(_ask(name, check) for name, check in checks.items())))


async def _ask(name: str, check: Check) -> tuple[str, str | None]:
    try:
        async with asyncio.timeout(_PATIENCE):
            return name, await check()
    except TimeoutError:
        return name, f"it did not answer within {_PATIENCE:g} seconds"
    except Exception as error:  # noqa: BLE001 - a check that fails is an answer
        _log.exception("readiness check failed", check=name)
        return name, f"it could not be checked ({type(error).__name__})"

"""The policy: whose keys this node trusts, for whoever verifies what it shows."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from services.audit.api.witness import TEXT
from shared.web.routes import open_router


def router(policy: str) -> APIRouter:
    """The route of the policy; who trusts it has compared it with what the governments signed."""
    router = open_router("policy")

    @router.get(
        "/policy",
        summary="The keys of logs and witnesses (C2SP tlog-policy)",
        responses={200: {"description": "A policy", "content": {TEXT: {"example": "log …\n"}}}},
    )
    async def read() -> Response:
        return Response(policy.encode(), 200, {"cache-control": "no-cache"}, TEXT)

    return router

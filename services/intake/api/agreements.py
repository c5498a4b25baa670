"""Agreements over HTTP: proposed as a document, signed by detached JWS, read with all versions."""

from __future__ import annotations

from datetime import UTC, date
from pathlib import Path
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement import stopped
from services.intake.domain.agreement.propose_agreement import PROPOSE_AGREEMENT, ProposeAgreement
from services.intake.domain.agreement.sign_agreement import SIGN_AGREEMENT, SignAgreement
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.parties import read_by_both
from services.intake.queries import IntakeQueries
from shared.contracts.agreement import AgreementDocument, as_plain, read_agreement
from shared.contracts.agreement_signature import LONGEST_SIGNATURE, SignatureCheck
from shared.contracts.intake import AgreementActivated, AgreementProposed, AgreementSigned
from shared.kernel.ids import AgreementId
from shared.ledger.runner import CommandRunner
from shared.web.content.forms import in_words
from shared.web.content.malformed import malformed
from shared.web.content.models import RequestModel, SlugPath
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.problems import finding
from shared.web.responses import Page, answer, found, listing, paged
from shared.web.routes import resource_router
from shared.web.yaml_document import YamlDocument, read_yaml

EXAMPLE = (Path(__file__).parent / "agreement.example.yaml").read_text(encoding="utf-8")
"""A whole document, which `POST /v1/agreements` takes as it stands."""
_DIGEST = "773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701"
_JWS = (
    "eyJhbGciOiJFZERTQSIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il0sImtpZCI6InVzYS1hZ3JlZW1lbnRzLTIwMjUifQ"
    "..XuSrbA6d9FpsktnPXhuHu3o0_yQs4OgpH55Y91W4xCK6zHEAJayElqkhv1-0BbglMrmdqRQshdHI9zzSoCGRDA"
)

_SUSPENDED = {
    "suspension": "01955e3a-0000-7000-8000-0000000000d1",
    "by": "XX:court:district-court-9/…",
    "since": "2025-03-18T21:15:00Z",
    "reference": "25-cv-766",
}


class Signature(RequestModel):
    """Which version is signed, and the state's own signature over its terms."""

    model_config = ConfigDict(json_schema_extra={"example": {"version": 1, "signature": _JWS}})
    version: Annotated[int, Field(ge=1, le=100_000)]
    signature: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_SIGNATURE,
            pattern=r"^[!-~]+$",
            description="a detached JWS (RFC 7515 appendix F; RFC 7797, b64 false; EdDSA) over the"
            " canonical JSON of the terms: `accord agreement sign` makes it",
        ),
    ]


def router(runner: CommandRunner, listed: IntakeQueries, check: SignatureCheck) -> APIRouter:
    """`/v1/agreements`."""
    router = resource_router("agreements")
    _list(router, listed)
    _propose(router, runner)
    _sign(router, runner, check)
    _read(router, runner)
    return router


def _propose(router: APIRouter, runner: CommandRunner) -> None:
    proposed = {"agreement": "usa-slv-2025@1", "digest": _DIGEST}

    @router.post(
        "/agreements",
        summary="Propose a version of an agreement",
        responses=records(proposed),
        openapi_extra=YamlDocument.shown(EXAMPLE),
    )
    async def propose(
        document: Annotated[bytes, Depends(YamlDocument())],
        caller: Annotated[Caller, Depends(caller_from("central-authority"))],
    ) -> Response:
        command = ProposeAgreement(_read_document(document), caller.actor)
        outcome = await runner.run(
            PROPOSE_AGREEMENT, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _proposal, location=_place)


def _sign(router: APIRouter, runner: CommandRunner, check: SignatureCheck) -> None:
    signed = {"agreement": "usa-slv-2025@1", "party": "SLV", "signed_by_both": True}

    @router.post(
        "/agreements/{agreement}/signatures",
        summary="Sign a version for one's own state",
        responses=records(signed),
    )
    async def sign(
        agreement: SlugPath,
        body: Signature,
        caller: Annotated[Caller, Depends(caller_from("central-authority"))],
    ) -> Response:
        command = SignAgreement(
            agreement=AgreementId(agreement),
            version=body.version,
            signature=body.signature,
            check=check,
            actor=caller.actor,
        )
        outcome = await runner.run(SIGN_AGREEMENT, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _signature)


def _read(router: APIRouter, runner: CommandRunner) -> None:
    example = {"agreement": "usa-slv-2025", "in_force": "usa-slv-2025@1"}
    ends = {"from": "2026-03-16", "in_force": None}

    @router.get(
        "/agreements/{agreement}",
        summary="An agreement: which version is in force today, what follows when, all versions,"
        " who has suspended it since when, a notice of termination, the first return drill",
        responses=shows(
            {
                **example,
                "follows": [ends],
                "suspended": [_SUSPENDED],
                "terminated": None,
                "first_return_drill": None,
                "versions": [],
            }
        ),
    )
    async def agreement(
        agreement: SlugPath, asking: Annotated[Reader, Depends(reader())]
    ) -> Response:
        state = await runner.state(agreements.fold(AgreementId(agreement)))
        if not state.versions:
            return found(asking, None, what="agreement")
        parties = state.versions[0].document.parties  # the same in every version
        read_by_both(asking.actor, parties.sending, parties.receiving, "an agreement")
        today = asking.now.astimezone(UTC).date()
        return found(asking, _body(AgreementId(agreement), state, today), what="agreement")


def _list(router: APIRouter, listed: IntakeQueries) -> None:
    row = {"agreement": "usa-slv-2025", "sending": "USA", "receiving": "SLV"}
    versions = {"proposed": "usa-slv-2025@2", "in_force": "usa-slv-2025@1"}

    @router.get(
        "/agreements",
        summary="The agreements of one's own state: what was proposed last, what is in force today",
        responses=shows({"items": [{**row, **versions}], "next": None}),
    )
    async def list_agreements(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        in_force: Annotated[bool | None, Query()] = None,
    ) -> Response:
        today = asking.now.astimezone(UTC).date()
        rows = await listed.agreements(asking.actor.party, page, today, in_force=in_force)
        return listing(asking, page, rows, lambda row: (row["agreement"],))


def _read_document(document: bytes) -> AgreementDocument:
    raw = read_yaml(document)
    try:
        return read_agreement(raw)
    except ValueError as error:
        said = in_words(str(error))
        what, _, path = said.partition(" - at `$")
        where = f"body{path.rstrip('`')}"
        raise malformed(
            f"The agreement cannot be accepted: {said}.",
            [finding("agreement_document", what, path=where)],
        ) from None


def _proposal(proposed: AgreementProposed) -> dict[str, object]:
    return {"agreement": proposed.agreement, "digest": proposed.digest}


def _place(proposed: AgreementProposed) -> str:
    return f"/v1/agreements/{proposed.document.agreement}"


def _signature(
    signed: AgreementSigned, activated: AgreementActivated | None = None
) -> dict[str, object]:
    return {
        "agreement": signed.agreement,
        "party": signed.party,
        "signed_by_both": activated is not None,
    }


def _body(agreement: AgreementId, state: AgreementState, today: date) -> dict[str, object]:
    versions = [
        {
            "version": version.document.version,
            "digest": version.digest,
            "signed_by": version.signed_by,
            "signatures": {held.party: held.jws for held in version.signatures},
            "document": as_plain(version.document),
        }
        for version in state.versions
    ]
    return {
        "agreement": agreement,
        "in_force": _named(state.in_force(today)),
        "follows": [
            {"from": day, "in_force": _named(document)} for day, document in state.changes(today)
        ],
        "suspended": [
            {
                "suspension": standing.suspension,
                "by": stopped.suspender(standing),
                "since": standing.suspended_at,
                "reference": standing.reference,
            }
            for standing in state.suspensions
        ],
        "terminated": state.terminated and msgspec.to_builtins(state.terminated),
        "first_return_drill": state.first_drill and msgspec.to_builtins(state.first_drill),
        "versions": versions,
    }


def _named(document: AgreementDocument | None) -> str | None:
    return document.ref if document else None

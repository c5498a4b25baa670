"""Everybody who uses intake over HTTP, and what stands in its log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from cli.agreement.sign import signature
from cli.keys.tokens import agreement_key, mint
from shared.contracts.agreement import read_agreement
from shared.kernel.event import Event
from shared.ledger.entry import decode
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.store import Store
from shared.web.yaml_document import parse_yaml

Body = Mapping[str, Any]
TERMS = Path(__file__).parents[3] / "agreements" / "usa-slv-2025.yaml"
AS_REPORTED = TERMS.read_bytes()
IN_FORCE_TODAY = AS_REPORTED.replace(b"end: 2026-03-16", b"end: 2096-03-16")
"""The first agreement, with a term that has whatever day these tests run on."""
PROPOSED_AT = "2025-03-16T00:30:00Z"
PAPER = "ab" * 32
SOON = (SystemClock().now() + timedelta(days=60)).date().isoformat()
"""Until when an assessment of today stands."""
FACTS: dict[str, Body] = {
    "identity": {"identifiers": ["passport", "fingerprints"]},
    "legal-basis": {
        "court": "Circuit Court 1",
        "reference": "CR-2019-77",
        "judged_on": "2020-05-04",
        "final_on": "2020-06-04",
        "offence": "0501",
        "days_remaining": 7000,
        "counted_on": "2025-03-01",
    },
    "nationality": {"nationalities": ["VEN"], "disputed": False},
    "risk-assessment": {
        "destination": "SLV",
        "onward": [],
        "substantial_grounds": False,
        "valid_until": SOON,
    },
    "fitness": {"fit": True, "valid_until": SOON},
    "notice": {"language": "es", "served_on": "2025-02-01"},
    "counsel": {"accessed_on": "2025-02-02"},
    "consular": {"offered_on": "2025-02-03", "answer": "declined"},
    "opinion": {"opinion": "objects"},
}
"""Every fact that the first agreement requires of the sending state."""


class Office:
    """One subject of one office, with a token."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._token = token

    async def post(
        self, path: str, body: Body | bytes | None = None, key: str = ""
    ) -> httpx.Response:
        """Send a command with an idempotency key, a new one unless one is given."""
        headers = {"authorization": f"Bearer {self._token}", "idempotency-key": key or new_id()}
        if isinstance(body, bytes):
            headers["content-type"] = "application/yaml"
            return await self._client.post(path, content=body, headers=headers)
        return await self._client.post(path, json=body, headers=headers)

    async def batch(self, path: str, content: bytes) -> httpx.Response:
        """Send many commands at once, packed or not."""
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/x-ndjson"}
        if content.startswith(b"\x1f\x8b"):
            headers["content-encoding"] = "gzip"
        return await self._client.post(path, content=content, headers=headers)

    async def get(self, path: str) -> httpx.Response:
        """Read something."""
        return await self._client.get(path, headers={"authorization": f"Bearer {self._token}"})


class Agencies:
    """The offices of both states and of others, at one intake service."""

    def __init__(self, client: httpx.AsyncClient, keys: Path, store: Store) -> None:
        self._client = client
        self._keys = keys
        self.store = store
        self.sender = self.office("USA", "intake-agency", "intake-desk-1")
        self.sending_authority = self.office("USA", "central-authority", "authority-1")
        self.receiving_authority = self.office("SLV", "central-authority", "autoridad-1")
        self.court = self.office("XX", "court", "district-court-9/clerk-1")
        self.other_clerk = self.office("XX", "court", "district-court-9/clerk-2")

    def office(self, party: str, office: str, subject: str) -> Office:
        """A subject of an office."""
        return Office(self._client, mint(self._keys, party=party, office=office, subject=subject))

    async def log(self) -> list[Event]:
        """Every event in the log, in order."""
        return [decode(entry).event for entry in await self.store.entries(0, 10_000)]

    async def propose_agreement(self, terms: bytes = IN_FORCE_TODAY) -> str:
        """Propose the first agreement; gives its digest."""
        proposed = await self.sending_authority.post("/v1/agreements", terms)
        return str(made(proposed)["digest"])

    async def agreement_in_force(self, terms: bytes = IN_FORCE_TODAY) -> None:
        """Have the first agreement signed by both."""
        await self.propose_agreement(terms)
        await self.both_sign(terms)

    async def both_sign(self, terms: bytes) -> None:
        """The two states of the first agreement sign terms that were proposed."""
        path = "/v1/agreements/usa-slv-2025/signatures"
        made(await self.sending_authority.post(path, self.signature(terms, "USA")))
        made(await self.receiving_authority.post(path, self.signature(terms, "SLV")))

    def signature(self, terms: bytes, party: str) -> Body:
        """What a state sends to sign its copy of the terms."""
        document = read_agreement(parse_yaml(terms))
        made_with = signature(document, agreement_key(self._keys, party))
        return {"version": document.version, "signature": made_with}

    async def person(self, number: int = 1) -> str:
        """Register a synthetic person; gives the pseudonym."""
        identity = {
            "name": f"Synthetic Person {number}",
            "birth_date": "1990-01-02",
            "sex": "male",
            "documents": [{"kind": "passport", "number": f"SYN-{number:04}", "issued_by": "VEN"}],
        }
        return str(made(await self.sender.post("/v1/persons", identity))["person"])

    async def case(self, person: str, kind: str = "third-country") -> str:
        """A case for a person, proposed on the agreement's first day; gives its id."""
        body = {
            "person": person,
            "agreement": "usa-slv-2025",
            "kind": kind,
            "proposed_at": PROPOSED_AT,
        }
        return str(made(await self.sender.post("/v1/cases", body))["case"])

    async def document(self, case: str, without: str = "", **changed: Body) -> None:
        """Record everything that clearance needs, but for one kind, and have it accepted."""
        for kind, content in FACTS.items():
            if kind == without:
                continue
            office = self.sending_authority if kind == "risk-assessment" else self.sender
            fact = {"kind": kind, **content, **changed.get(kind.replace("-", "_"), {})}
            made(await office.post(f"/v1/cases/{case}/facts", {"document": PAPER, "fact": fact}))
        accepted = {"document": PAPER}
        made(await self.receiving_authority.post(f"/v1/cases/{case}:accept", accepted))

    async def cleared_case(self) -> tuple[str, str]:
        """A case that is cleared, and its person."""
        await self.agreement_in_force()
        person = await self.person()
        case = await self.case(person)
        await self.document(case)
        made(await self.sender.post(f"/v1/cases/{case}:clear"))
        return case, person

    async def hold(self, scope: Body) -> str:
        """Have the court assert a hold; gives its id."""
        order = {
            "scope": scope,
            "form": "oral",
            "received_at": "2025-03-15T22:45:00Z",
            "reference": "25-cv-766",
        }
        return str(made(await self.court.post("/v1/holds", order))["hold"])


def made(answer: httpx.Response) -> dict[str, Any]:
    """The body of a command's good answer."""
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = msgspec.json.decode(answer.content)
    assert body["receipt"]["status"] == "recorded"
    return body


def refused(answer: httpx.Response, status: int, title: str = "") -> dict[str, Any]:
    """The problem document of an answer that says no."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = msgspec.json.decode(answer.content)
    assert title in problem["type"], problem
    return problem

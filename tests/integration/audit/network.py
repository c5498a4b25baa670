"""Two governments' nodes and three logs in one process, reached by name as over a network."""

from __future__ import annotations

import base64
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from cli.keys.tokens import mint
from services.audit import app as audit
from services.audit.mirror.log import Pace
from services.audit.settings import AuditSettings
from shared.messaging.memory import MemoryBroker
from shared.sealing.keyfiles import KeySeeds, write_seeds
from shared.transparency.policy import LogEntry, bilateral
from tests.integration.audit.node import QUICK
from tests.support.mirrored_logs import LogDouble
from tests.support.signers import SLV, USA
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from shared.transparency.policy import Policy

SERVICES = ("intake", "placement", "billing")
PARTIES = {"USA": (USA, 2), "SLV": (SLV, 3)}
PACE = Pace(late=0.02, poll=0.05, doubt=0.3, alone=0, tries=QUICK)


class Network(httpx.AsyncBaseTransport):
    """Carries requests to whoever has the host's name."""

    def __init__(self) -> None:
        self.hosts: dict[str, httpx.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = self.hosts.get(request.url.host)
        if host is None:
            raise httpx.ConnectError(f"{request.url.host} does not answer", request=request)
        return await host.handle_async_request(request)


@dataclass
class World:
    """The logs, what carries them, and the nodes that run."""

    folder: Path
    network: Network = field(default_factory=Network)
    broker: MemoryBroker = field(default_factory=MemoryBroker)
    logs: dict[str, LogDouble] = field(default_factory=dict)
    pace: Pace = PACE

    def __post_init__(self) -> None:
        """Three empty logs that answer."""
        for service in SERVICES:
            log = LogDouble(f"accord.example/{service}/0")
            self.logs[service] = log
            self.network.hosts[f"{service}.example"] = httpx.MockTransport(log.answer)

    @property
    def policy(self) -> Policy:
        """Whose keys are whose."""
        logs = [LogEntry(key) for log in self.logs.values() for key in log.signers.verifiers]
        witnesses = [
            (key, f"http://{party.lower()}.example")
            for party, (signers, _) in PARTIES.items()
            for key in signers.verifiers
        ]
        return bilateral(logs, witnesses)

    def settings(self, party: str, database: str, jwks: Path) -> AuditSettings:
        """What a government's node is told."""
        key, policy = self.folder / f"{party}.key", self.folder / "policy"
        signers, byte = PARTIES[party]
        if not key.exists():
            write_seeds(key, KeySeeds(signers.name, bytes([byte]) * 32, bytes([byte]) * 32))
        policy.write_text(self.policy.encode())
        peer = "slv" if party == "USA" else "usa"
        urls: dict[str, Any] = {
            f"{service}_url": f"http://{service}.example" for service in SERVICES
        }
        return AuditSettings(
            database_url=database,
            kafka_bootstrap="unused:1",
            jwks=jwks,
            party=party,
            witness_key=key,
            policy=policy,
            peer_url=f"http://{peer}.example",
            **urls,
        )

    async def carry(self, service: str, count: int) -> None:
        """A log grows, and its relay publishes what is new."""
        log = self.logs[service]
        await log.publish(self.broker, f"accord.{service}", log.grow(count))

    @asynccontextmanager
    async def node(self, settings: AuditSettings) -> AsyncIterator[NodeClient]:
        """A node that runs as long as the block lasts."""
        host = f"{settings.party.lower()}.example"
        app = audit.assemble(settings, self.broker, self.pace, self.network)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(app.router.lifespan_context(app))
            self.network.hosts[host] = httpx.ASGITransport(app)
            client = httpx.AsyncClient(transport=self.network, base_url=f"http://{host}")
            await stack.enter_async_context(client)
            stack.callback(self.network.hosts.pop, host)
            yield NodeClient(client, self.folder, settings.party)


@dataclass
class NodeClient:
    """Asks one node over HTTP."""

    http: httpx.AsyncClient
    keys: Path
    party: str

    async def add_checkpoint(self, body: bytes) -> httpx.Response:
        """Ask for a cosignature."""
        return await self.http.post(
            "/add-checkpoint", content=body, headers={"content-type": "text/plain"}
        )

    async def cosigned(self, log: LogDouble, old: int) -> httpx.Response:
        """Have a log's newest checkpoint cosigned."""
        answer = await self.add_checkpoint(log.request(old).encode())
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer

    def headers(self, office: str = "auditor", party: str | None = None) -> dict[str, str]:
        """A token's header."""
        token = mint(self.keys, party=party or self.party, office=office, subject=f"{office}-1")
        return {"authorization": f"Bearer {token}"}

    async def read(self, path: str, office: str = "auditor", **query: str) -> Any:  # noqa: ANN401 - a JSON document
        """A document that an office reads."""
        answer = await self.http.get(path, params=query, headers=self.headers(office))
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    async def items(self, path: str, **query: str) -> list[Any]:
        """Every item of a list, page by page."""
        found: list[Any] = []
        after: str | None = None
        while True:
            asked = query if after is None else {**query, "after": after}
            page = await self.read(path, **asked)
            found += page["items"]
            after = page["next"]
            if after is None:
                return found

    async def finds(self, kind: str) -> list[Any]:
        """Wait until findings of a kind are there."""

        async def so() -> bool:
            return bool(await self.items("/v1/findings", kind=kind))

        await until(so, every=0.02)
        return await self.items("/v1/findings", kind=kind)


def note_root(note: bytes) -> bytes:
    """The root that a checkpoint says."""
    return base64.b64decode(note.split(b"\n")[2])

"""A broker that knows TLS, users and their rights: settings let a service in, or it says why not.

One real Kafka with four listeners: the cluster's own, TLS alone, TLS with a certificate of the
client's, TLS with SCRAM users. `owner` makes and writes what starts with `accord`; `reader` reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

from cli.servers.kafka import start_kafka
from cli.servers.process import free_port
from shared.messaging.broker import Record
from shared.messaging.errors import BrokerUnavailable
from shared.service.settings import ServiceSettings
from tests.support.certificates import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from shared.messaging.kafka import KafkaBroker

pytestmark = pytest.mark.timeout(180)

TOPIC = "accord.intake"
PASSWORDS = {"owner": "owner-password", "reader": "reader-password"}
READ, WRITE, CREATE, DESCRIBE, ALLOW, A_TOPIC, PREFIXED = 3, 4, 5, 8, 3, 2, 4
RIGHTS = {"owner": (READ, WRITE, CREATE, DESCRIBE), "reader": (READ, DESCRIBE)}

NAMES = ("broker", "controller", "tls", "mutual", "users")
LISTENERS = """
listeners=BROKER://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller},TLS://127.0.0.1:{tls},\
MUTUAL://127.0.0.1:{mutual},USERS://127.0.0.1:{users}
advertised.listeners=BROKER://127.0.0.1:{broker},TLS://127.0.0.1:{tls},\
MUTUAL://127.0.0.1:{mutual},USERS://127.0.0.1:{users}
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,MUTUAL:SSL,\
USERS:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
listener.name.mutual.ssl.client.auth=required
listener.name.users.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.users.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:CN=service
"""


class Secured:
    """The broker's listeners, and the files that let a client in."""

    def __init__(self, folder: Path) -> None:
        """Start it."""
        self.authority = Authority(folder)
        certificate, key = self.authority.certify("broker")
        keystore = folder / "keystore.pem"
        keystore.write_text(key.read_text() + certificate.read_text())
        self.ports = {
            name: free_port() for name in ("broker", "controller", "tls", "mutual", "users")
        }
        further = LISTENERS.format(**self.ports, keystore=keystore, authority=self.authority.file)
        port = self.ports["broker"]
        self.server = start_kafka(folder / "kafka", port=port, further=further, users=PASSWORDS)

    async def grant(self, rights: Mapping[str, tuple[int, ...]]) -> None:
        """Let users do these operations with every topic of Accord."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.server.bootstrap)
        await admin.start()
        try:
            client: Any = admin._client  # noqa: SLF001 - aiokafka's admin client grants nothing
            for user, operations in rights.items():
                for operation in operations:
                    granted = CreateAclsRequest(
                        A_TOPIC, "accord", PREFIXED, f"User:{user}", "*", operation, ALLOW
                    )
                    await client.send(client.get_random_node(), granted)
        finally:
            await admin.close()

    def broker(self, listener: str, **kafka: str) -> KafkaBroker:
        """The broker as a service is let in that is told this by its environment."""
        environ = {
            "ACCORD_DATABASE_URL": "postgresql://127.0.0.1/intake",
            "ACCORD_JWKS": str(self.authority.file),
            "ACCORD_KAFKA_BOOTSTRAP": f"127.0.0.1:{self.ports[listener]}",
            **{f"ACCORD_KAFKA_{name.upper()}": value for name, value in kafka.items()},
        }
        return ServiceSettings.read(environ).broker()

    def user(self, folder: Path, name: str, password: str | None = None) -> KafkaBroker:
        """The broker as one of its users sees it."""
        file = folder / f"{name}.password"
        file.write_text(f"{password or PASSWORDS[name]}\n")
        return self.broker(
            "users",
            security="SASL_SSL",
            ca=str(self.authority.file),
            user=name,
            password_file=str(file),
        )


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """One such broker for this file."""
    secured = Secured(tmp_path_factory.mktemp("secured"))
    yield secured
    secured.server.stop()


async def test_the_owner_makes_and_writes_a_topic_and_a_reader_only_reads_it(
    secured: Secured, tmp_path: Path
) -> None:
    await secured.grant(RIGHTS)
    owner, reader = secured.user(tmp_path, "owner"), secured.user(tmp_path, "reader")
    with pytest.raises(BrokerUnavailable, match="AuthorizationFailed"):
        await reader.create(TOPIC)  # not there yet: its owner makes it
    await owner.create(TOPIC)
    async with owner.publisher(TOPIC) as publisher:
        await publisher.send([Record(b"facility", b"entry", (("index", b"0"),))])

    await reader.create(TOPIC)  # there: a follower that comes first waits, and goes on
    message = await reader.last(TOPIC)
    assert message is not None
    assert message.record.value == b"entry"
    with pytest.raises(BrokerUnavailable, match="AuthorizationFailed"):
        async with reader.publisher(TOPIC) as forger:
            await forger.send([Record(b"facility", b"forged", ())])
    last = await reader.last(TOPIC)
    assert last is not None
    assert last.record.value == b"entry"


async def test_a_wrong_password_is_said(
    secured: Secured, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(BrokerUnavailable):
        await secured.user(tmp_path, "owner", password="guessed").create("accord.guessed")
    assert "SaslAuthenticationFailed" in caplog.text


async def test_a_certificate_of_the_service_lets_it_in(secured: Secured) -> None:
    certificate, key = secured.authority.certify("service")
    files = {"ca": str(secured.authority.file), "certificate": str(certificate), "key": str(key)}
    await secured.broker("mutual", security="SSL", **files).create("accord.placement")
    with pytest.raises(BrokerUnavailable):
        await secured.broker("mutual", security="SSL", ca=files["ca"]).create("accord.billing")


async def test_a_broker_whose_certificate_nobody_vouches_for_is_not_spoken_to(
    secured: Secured, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path)
    for told in ({"ca": str(stranger.file)}, {}):
        with pytest.raises(BrokerUnavailable):
            await secured.broker("tls", security="SSL", **told).create("accord.intercepted")

"""How a process is let into a Kafka cluster, and how many brokers keep what it sends."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Login:
    """A user of Kafka, and how the password is shown (`SCRAM-SHA-512`, `PLAIN`)."""

    mechanism: str
    user: str
    password: str

    def __repr__(self) -> str:
        """Without the password."""
        return f"Login({self.mechanism}, {self.user})"


@dataclass(frozen=True)
class Access:
    """TLS and a login; a login is never shown without TLS."""

    tls: ssl.SSLContext | None = None
    login: Login | None = None

    def __post_init__(self) -> None:
        """Raise `ValueError` where a password would go over the wire in the clear."""
        if self.login is not None and self.tls is None:
            message = "a login to Kafka needs TLS: its password would be read on the way"
            raise ValueError(message)

    def options(self) -> dict[str, Any]:
        """What aiokafka's clients are told; nothing where the cluster is open."""
        if self.tls is None:
            return {}
        if self.login is None:
            return {"security_protocol": "SSL", "ssl_context": self.tls}
        return {
            "security_protocol": "SASL_SSL",
            "ssl_context": self.tls,
            "sasl_mechanism": self.login.mechanism,
            "sasl_plain_username": self.login.user,
            "sasl_plain_password": self.login.password,
        }


@dataclass(frozen=True)
class Replicas:
    """How many brokers keep a topic, and how many must have an entry before it counts as sent."""

    copies: int = 1
    in_sync: int = 1


OPEN = Access()
ONE_COPY = Replicas()


def authorities(file: Path | None) -> ssl.SSLContext:
    """Check the broker's certificate and name against these authorities, else the system's."""
    return ssl.create_default_context(cafile=file)

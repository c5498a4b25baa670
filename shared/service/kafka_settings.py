"""What a service is told about Kafka: where it is, how to speak to it, how many copies it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from ssl import SSLContext
from typing import Annotated, Literal

import msgspec

from shared.messaging.access import Access, Login, Replicas, authorities
from shared.messaging.kafka import KafkaBroker
from shared.service.setting import SettingsWrong, told

Security = Literal["PLAINTEXT", "SSL", "SASL_SSL"]
Mechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Kafka as every service and audit node is told of it; each field is `ACCORD_<NAME>`."""

    kafka_bootstrap: Annotated[str, told("Kafka's addresses, host:port[,host:port]")]
    kafka_security: Annotated[
        Security,
        told("how Kafka is spoken to: PLAINTEXT, SSL (TLS) or SASL_SSL (TLS and a password)"),
    ] = "PLAINTEXT"
    kafka_ca: Annotated[
        Path | None,
        told("the file (PEM) with the authorities that Kafka's certificates are checked against"),
    ] = None
    kafka_certificate: Annotated[
        Path | None, told("the file (PEM) with this service's own certificate for Kafka")
    ] = None
    kafka_key: Annotated[
        Path | None, told("the file (PEM) with the key of this service's own certificate")
    ] = None
    kafka_mechanism: Annotated[
        Mechanism, told("how the password is shown: SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN")
    ] = "SCRAM-SHA-512"
    kafka_user: Annotated[str, told("this service's name in Kafka")] = ""
    kafka_password_file: Annotated[
        Path | None, told("the file with this service's password in Kafka")
    ] = None
    kafka_replication: Annotated[
        int, told("how many brokers keep a topic that is made here, 1 to 32", ge=1, le=32)
    ] = 1
    kafka_min_in_sync: Annotated[
        int, told("how many of them must have an entry before it counts as sent", ge=1, le=32)
    ] = 1

    def disagreements(self) -> Iterator[str]:
        """Settings that are right by themselves and do not fit together."""
        login = (self.kafka_user, self.kafka_password_file)
        if self.kafka_security == "SASL_SSL" and not all(login):
            yield "SASL_SSL needs ACCORD_KAFKA_USER and ACCORD_KAFKA_PASSWORD_FILE"
        if self.kafka_security != "SASL_SSL" and any(login):
            yield "a user or password of Kafka needs ACCORD_KAFKA_SECURITY=SASL_SSL"
        if bool(self.kafka_certificate) != bool(self.kafka_key):
            yield "ACCORD_KAFKA_CERTIFICATE and ACCORD_KAFKA_KEY go together"
        if self.kafka_security == "PLAINTEXT" and (self.kafka_ca or self.kafka_certificate):
            yield "certificates for Kafka need ACCORD_KAFKA_SECURITY=SSL or SASL_SSL"
        if self.kafka_min_in_sync > self.kafka_replication:
            yield "ACCORD_KAFKA_MIN_IN_SYNC is more than ACCORD_KAFKA_REPLICATION: nothing is sent"

    def broker(self) -> KafkaBroker:
        """The broker that these settings name; reads the certificates and the password.

        Raises `SettingsWrong` for a certificate, key or password file that is none.
        """
        try:
            access = Access(self._tls(), self._login())
        except (OSError, UnicodeDecodeError) as error:
            message = f"Kafka's certificates, key or password cannot be read: {error}"
            raise SettingsWrong(message) from error
        replicas = Replicas(self.kafka_replication, self.kafka_min_in_sync)
        return KafkaBroker(self.kafka_bootstrap, access, replicas)

    def _tls(self) -> SSLContext | None:
        if self.kafka_security == "PLAINTEXT":
            return None
        context = authorities(self.kafka_ca)
        if self.kafka_certificate is not None:
            # An empty password, so that a key that needs one is refused and nobody is asked for it.
            context.load_cert_chain(self.kafka_certificate, self.kafka_key, password="")
        return context

    def _login(self) -> Login | None:
        if self.kafka_password_file is None:
            return None
        password = self.kafka_password_file.read_text().rstrip("\r\n")
        if not password:
            message = f"{self.kafka_password_file} is empty: write the password of Kafka into it"
            raise SettingsWrong(message)
        return Login(self.kafka_mechanism, self.kafka_user, password)

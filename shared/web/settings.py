"""The settings that every service has: read once, with one list of all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

_PREFIX = "ACCORD_"
_MEANINGS = {
    "database_url": "the service's own PostgreSQL database, postgresql://user@host:port/name",
    "kafka_bootstrap": "Kafka's addresses, host:port[,host:port]",
    "jwks": "the file with each party's public keys (make one with `accord keys new`)",
    "topic_prefix": "what the topics' names start with",
    "origin_prefix": "what the logs' origins start with",
    "intake_url": "where the intake service answers",
    "placement_url": "where the placement service answers",
    "billing_url": "where the billing service answers",
}
_SCHEMES = {
    "database_url": ("postgresql", "postgres"),
    "intake_url": ("http", "https"),
    "placement_url": ("http", "https"),
    "billing_url": ("http", "https"),
}


class SettingsWrong(Exception):
    """The environment does not say what the service needs; the text lists everything at once."""


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every service is told by its environment; each field is `ACCORD_<NAME>`."""

    database_url: str
    kafka_bootstrap: str
    jwks: Path
    topic_prefix: str = "accord"
    origin_prefix: str = "accord.example"
    intake_url: str = "http://127.0.0.1:8001"
    placement_url: str = "http://127.0.0.1:8002"
    billing_url: str = "http://127.0.0.1:8003"

    @staticmethod
    def read(environ: Mapping[str, str]) -> ServiceSettings:
        """The settings from the environment; raises `SettingsWrong` with all that is wrong."""
        given = {
            field.name: environ[_PREFIX + field.name.upper()].strip()
            for field in msgspec.structs.fields(ServiceSettings)
            if environ.get(_PREFIX + field.name.upper(), "").strip()
        }
        wrong = [
            f"{_PREFIX}{field.name.upper()} is not set: {_MEANINGS[field.name]}"
            for field in msgspec.structs.fields(ServiceSettings)
            if field.required and field.name not in given
        ]
        wrong += [
            f"{_PREFIX}{name.upper()} is not a {' or '.join(schemes)} URL: {_MEANINGS[name]}"
            for name, schemes in _SCHEMES.items()
            if name in given and urlsplit(given[name]).scheme not in schemes
        ]
        if "jwks" in given and not Path(given["jwks"]).is_file():
            wrong.append(f"{_PREFIX}JWKS names no file: {_MEANINGS['jwks']}")
        if wrong:
            raise SettingsWrong("\n".join(("The environment is not complete.", *wrong)))
        return msgspec.convert(given, ServiceSettings, dec_hook=_path)

    def origin(self, service: str) -> str:
        """The origin of a service's log: `accord.example/intake/0`."""
        return f"{self.origin_prefix}/{service}/0"

    def topic(self, service: str) -> str:
        """The topic of a service's log: `accord.intake`."""
        return f"{self.topic_prefix}.{service}"


def _path(kind: type, value: object) -> Path:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError

"""The settings that every service has: read once, with one list of all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self
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
    "log_key": "the keys that sign the log (make them with `accord keys log <origin> --out F`)",
    "policy": "whose keys the logs and witnesses have (make it with `accord keys policy`)",
    "seal_milliseconds": "the time between two checkpoints while entries come in, 10 to 200",
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

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """The settings from the environment; raises `SettingsWrong` with all that is wrong."""
        fields = msgspec.structs.fields(cls)
        given = {
            field.name: environ[_PREFIX + field.name.upper()].strip()
            for field in fields
            if environ.get(_PREFIX + field.name.upper(), "").strip()
        }
        wrong = [
            f"{_PREFIX}{field.name.upper()} is not set: {_MEANINGS[field.name]}"
            for field in fields
            if field.required and field.name not in given
        ]
        wrong += [
            f"{_PREFIX}{field.name.upper()} {what}: {_MEANINGS[field.name]}"
            for field in fields
            if field.name in given and (what := _not_what(field, given[field.name]))
        ]
        if wrong:
            raise SettingsWrong("\n".join(("The environment is not complete.", *wrong)))
        return msgspec.convert(given, cls, strict=False, dec_hook=_path)

    def origin(self, service: str) -> str:
        """The origin of a service's log: `accord.example/intake/0`."""
        return f"{self.origin_prefix}/{service}/0"

    def topic(self, service: str) -> str:
        """The topic of a service's log: `accord.intake`."""
        return f"{self.topic_prefix}.{service}"


class SealingSettings(ServiceSettings, frozen=True, kw_only=True):
    """What a service is told that keeps a log and seals it."""

    log_key: Path
    policy: Path
    seal_milliseconds: Annotated[int, msgspec.Meta(ge=10, le=200)] = 100


def _not_what(field: msgspec.structs.FieldInfo, given: str) -> str | None:
    """What a setting should be and is not, if so."""
    if field.type is Path:
        return None if Path(given).is_file() else "names no file"
    schemes = _SCHEMES.get(field.name)
    if schemes is not None:
        return None if urlsplit(given).scheme in schemes else f"is not a {' or '.join(schemes)} URL"
    try:
        msgspec.convert(given, field.type, strict=False)
    except msgspec.ValidationError:
        return "is out of bounds"
    return None


def _path(kind: type, value: object) -> Path:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError

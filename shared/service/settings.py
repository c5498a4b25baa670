"""The settings that services have: read once, with one list of all that is wrong.

A service with settings of its own adds fields: each says what it means, and what it must be like.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self, get_args
from urllib.parse import urlsplit

import msgspec

from shared.service.kafka_settings import KafkaSettings
from shared.service.setting import PREFIX, SettingsWrong, told
from shared.web.identity.token_form import TokenRules

HTTP = ("http", "https")


class ServiceSettings(KafkaSettings, frozen=True, kw_only=True):
    """What every service is told by its environment; each field is `ACCORD_<NAME>`."""

    database_url: Annotated[
        str,
        told(
            "the service's own PostgreSQL database, postgresql://user@host:port/name",
            schemes=("postgresql", "postgres"),
        ),
    ]
    jwks: Annotated[
        Path, told("the file with each party's public keys (make one with `accord keys new`)")
    ]
    issuer: Annotated[
        str,
        told(
            "what the issuer of a party's tokens calls itself (iss), with {party} in it",
            pattern=r"^[!-~]*\{party\}[!-~]*$",
        ),
    ] = "accord.example/issuers/{party}"
    audience: Annotated[
        str,
        told(
            "what tokens call a service that they are meant for (aud), with {service} in it",
            pattern=r"^[!-~]*\{service\}[!-~]*$",
        ),
    ] = "accord.example/{service}"
    token_hours: Annotated[
        int, told("the longest life of a token in hours, 1 to 168", ge=1, le=168)
    ] = 24
    topic_prefix: Annotated[str, told("what the topics' names start with")] = "accord"
    origin_prefix: Annotated[str, told("what the logs' origins start with")] = "accord.example"
    intake_url: Annotated[str, told("where the intake service answers", schemes=HTTP)] = (
        "http://127.0.0.1:8001"
    )
    placement_url: Annotated[str, told("where the placement service answers", schemes=HTTP)] = (
        "http://127.0.0.1:8002"
    )
    billing_url: Annotated[str, told("where the billing service answers", schemes=HTTP)] = (
        "http://127.0.0.1:8003"
    )

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """The settings from the environment; raises `SettingsWrong` with all that is wrong."""
        fields = msgspec.structs.fields(cls)
        given = {
            field.name: value
            for field in fields
            if (value := environ.get(PREFIX + field.name.upper(), "").strip())
        }
        wrong = [
            f"{PREFIX}{field.name.upper()} {what}: {_meta(field).description}"
            for field in fields
            if (what := _not_what(field, given.get(field.name)))
        ]
        if wrong:
            raise SettingsWrong("\n".join(("The environment is not complete.", *wrong)))
        settings = msgspec.convert(given, cls, strict=False, dec_hook=_path)
        if wrong := [*settings.disagreements()]:
            raise SettingsWrong("\n".join(("The environment does not fit together.", *wrong)))
        return settings

    def token_rules(self, service: str) -> TokenRules:
        """Which tokens a service takes: `intake`, `audit-usa`."""
        return TokenRules(
            issuer=self.issuer,
            audience=self.audience.replace("{service}", service),
            longest_life=timedelta(hours=self.token_hours),
        )

    def origin(self, service: str) -> str:
        """The origin of a service's log: `accord.example/intake/0`."""
        return f"{self.origin_prefix}/{service}/0"

    def topic(self, service: str) -> str:
        """The topic of a service's log: `accord.intake`."""
        return f"{self.topic_prefix}.{service}"

    def log_url(self, service: str) -> str:
        """Where a service, and its log, answers."""
        urls = {
            "intake": self.intake_url,
            "placement": self.placement_url,
            "billing": self.billing_url,
        }
        return urls[service]


class SealingSettings(ServiceSettings, frozen=True, kw_only=True):
    """What a service is told that keeps a log and seals it."""

    log_key: Annotated[
        Path,
        told("the keys that sign the log (make them with `accord keys log <origin> --out F`)"),
    ]
    policy: Annotated[
        Path, told("whose keys the logs and witnesses have (make it with `accord keys policy`)")
    ]
    seal_milliseconds: Annotated[
        int,
        told("the time between checkpoints while entries come in, 10 to 200", ge=10, le=200),
    ] = 100


def _not_what(field: msgspec.structs.FieldInfo, given: str | None) -> str | None:
    """What a setting should be and is not, if so."""
    if given is None:
        return "is not set" if field.required else None
    kind, schemes = get_args(field.type)[0], _meta(field).extra["schemes"]
    if kind in (Path, Path | None):
        return None if Path(given).is_file() else "names no file"
    if schemes:
        return None if urlsplit(given).scheme in schemes else f"is not a {' or '.join(schemes)} URL"
    try:
        msgspec.convert(given, field.type, strict=False)
    except msgspec.ValidationError:
        return "is out of bounds"
    return None


def _meta(field: msgspec.structs.FieldInfo) -> Any:  # noqa: ANN401 - what `told` made, which msgspec types as anything
    return get_args(field.type)[1]


def _path(kind: type, value: object) -> Path:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError

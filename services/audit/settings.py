"""An audit node's settings: those of every service, whose it is, its keys, its policy, its peer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from shared.transparency.policy import Policy
from shared.web.settings import ServiceSettings, SettingsWrong

PARTY = "ACCORD_PARTY"
WITNESS_KEY = "ACCORD_WITNESS_KEY"
POLICY = "ACCORD_POLICY"
PEER_URL = "ACCORD_PEER_URL"
LOGS = ("intake", "placement", "billing")
"""The services whose logs are mirrored."""


class AuditSettings(msgspec.Struct, frozen=True):
    """What an audit node is told by its environment."""

    service: ServiceSettings
    party: str
    """Whose node it is: a state, ISO 3166-1 alpha-3."""
    witness_key: Path
    policy: Path
    peer_url: str
    """The other government's node."""

    @staticmethod
    def read(environ: Mapping[str, str]) -> AuditSettings:
        """The settings from the environment; raises `SettingsWrong` with all that is wrong."""
        given = {name: environ.get(name, "").strip() for name in (PARTY, PEER_URL)}
        files = {name: environ.get(name, "").strip() for name in (WITNESS_KEY, POLICY)}
        wrong = [*_wrong(given, files)]
        try:
            service = ServiceSettings.read(environ)
        except SettingsWrong as error:
            raise SettingsWrong("\n".join((str(error), *wrong))) from None
        if wrong:
            raise SettingsWrong("\n".join(("The environment is not complete.", *wrong)))
        paths = Path(files[WITNESS_KEY]), Path(files[POLICY])
        return AuditSettings(service, given[PARTY], *paths, given[PEER_URL])

    def log_url(self, service: str) -> str:
        """Where a service, and its log, answers."""
        urls = {
            "intake": self.service.intake_url,
            "placement": self.service.placement_url,
            "billing": self.service.billing_url,
        }
        return urls[service]


def check_policy(settings: AuditSettings, policy: Policy, witness: str) -> None:
    """Raise `SettingsWrong` unless the policy names every log and both governments' witnesses."""
    origins = [settings.service.origin(service) for service in LOGS]
    wrong = [f"it has no key of the log {one}" for one in origins if not policy.log_keys(one)]
    if witness not in policy.witness_names:
        wrong.append(f"it does not name {witness}, whose keys {WITNESS_KEY} has")
    if set(policy.witness_names) <= {witness}:
        wrong.append("it does not name the other government's witness")
    wrong += [
        f"it calls final what {name} need not have cosigned"
        for name in policy.witness_names
        if policy.can_do_without(name)
    ]
    if wrong:
        raise SettingsWrong("\n".join((f"{POLICY} does not fit this node.", *wrong)))


def _wrong(given: Mapping[str, str], files: Mapping[str, str]) -> list[str]:
    party = given[PARTY]
    wrong = []
    if not (len(party) == 3 and party.isascii() and party.isupper()):  # noqa: PLR2004 - ISO 3166-1 alpha-3
        wrong.append(f"{PARTY} is not set: the state whose node this is, e.g. USA")
    if urlsplit(given[PEER_URL]).scheme not in {"http", "https"}:
        wrong.append(f"{PEER_URL} is not an http or https URL: the other government's node")
    means = {
        WITNESS_KEY: "the witness's keys (make them with `accord keys witness <name> --out F`)",
        POLICY: "the keys of all logs and witnesses (make it with `accord keys policy`)",
    }
    missing = [name for name in means if not files[name] or not Path(files[name]).is_file()]
    wrong += [f"{name} names no file: {means[name]}" for name in missing]
    return wrong

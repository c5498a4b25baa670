"""An audit node's settings: those of every service, whose it is, its keys, its policy, its peer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from shared.service.setting import SettingsWrong, told
from shared.service.settings import HTTP, ServiceSettings
from shared.transparency.policy import Policy

WITNESS_KEY = "ACCORD_WITNESS_KEY"
POLICY = "ACCORD_POLICY"
LOGS = ("intake", "placement", "billing")
"""The services whose logs are mirrored."""


class AuditSettings(ServiceSettings, frozen=True, kw_only=True):
    """What an audit node is told by its environment."""

    party: Annotated[
        str,
        told("the state whose node this is, ISO 3166-1 alpha-3, e.g. USA", pattern="^[A-Z]{3}$"),
    ]
    witness_key: Annotated[
        Path, told("the witness's keys (make them with `accord keys witness <name> --out F`)")
    ]
    policy: Annotated[
        Path, told("the keys of all logs and witnesses (make it with `accord keys policy`)")
    ]
    peer_url: Annotated[str, told("where the other government's node answers", schemes=HTTP)]


def check_policy(settings: AuditSettings, policy: Policy, witness: str) -> None:
    """Raise `SettingsWrong` unless the policy names every log and both governments' witnesses."""
    origins = [settings.origin(service) for service in LOGS]
    wrong = [
        f"it has no key of the log {origin}" for origin in origins if not policy.log_keys(origin)
    ]
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

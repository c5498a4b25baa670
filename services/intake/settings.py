"""Intake's settings: those of every service, and the key of the vault."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from shared.web.settings import SealingSettings, SettingsWrong

VAULT_KEY_FILE = "ACCORD_VAULT_KEY_FILE"


class IntakeSettings(msgspec.Struct, frozen=True):
    """What intake is told by its environment."""

    service: SealingSettings
    vault_key_file: Path

    @staticmethod
    def read(environ: Mapping[str, str]) -> IntakeSettings:
        """The settings from the environment; raises `SettingsWrong` with what is wrong."""
        service = SealingSettings.read(environ)
        named = environ.get(VAULT_KEY_FILE, "").strip()
        if not named or not Path(named).is_file():
            raise SettingsWrong(f"{VAULT_KEY_FILE} names no file: 32 random bytes in base64")
        return IntakeSettings(service, Path(named))

"""Intake's settings: those of every service that keeps a log, and the key of the vault."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from shared.service.setting import told
from shared.service.settings import SealingSettings


class IntakeSettings(SealingSettings, frozen=True, kw_only=True):
    """What intake is told by its environment."""

    vault_key_file: Annotated[Path, told("the vault's keys, a line each")]

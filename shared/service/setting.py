"""How a class of settings says what each of them means and what it must be like."""

from __future__ import annotations

from typing import Any

import msgspec

PREFIX = "ACCORD_"


class SettingsWrong(Exception):
    """The environment does not say what the service needs; the text lists everything at once."""


def told(meaning: str, *, schemes: tuple[str, ...] = (), **bounds: Any) -> msgspec.Meta:  # noqa: ANN401 - msgspec's own bounds
    """What a setting means, the schemes of its URL if it is one, its bounds (`ge`, `pattern`)."""
    return msgspec.Meta(description=meaning, extra={"schemes": schemes}, **bounds)

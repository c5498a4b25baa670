"""The first agreement as its file has it, read once: parsing YAML costs more than most tests."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def first_agreement() -> dict[str, Any]:
    """Every scalar as text, as YAML without guessed types gives it. Not to be changed in place."""
    path = Path(__file__).parents[2] / "agreements" / "usa-slv-2025.yaml"
    return dict(yaml.load(path.read_text("utf-8"), yaml.BaseLoader))  # noqa: S506 - builds text only

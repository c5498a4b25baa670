r"""What the world gets wrong, as tables: one more line in `tests/data/bad_input` is one more case.

A line has its columns between tabs, each written like the inside of a JSON string, so that what the
eye does not see can be read: `\u200b`. Lines that begin with `#` say what the columns are.
"""

from __future__ import annotations

import json
from pathlib import Path

TABLES = Path(__file__).parents[1] / "data" / "bad_input"


def rows(table: str) -> list[tuple[str, ...]]:
    """Every line of a table, its columns read."""
    lines = (TABLES / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
    return [
        tuple(json.loads(f'"{column}"') for column in line.split("\t"))
        for line in lines
        if line and not line.startswith("#")
    ]

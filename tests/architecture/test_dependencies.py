"""Every runtime dependency has its reason in ADR 0003, and no reason outlives its dependency."""

import re
import tomllib

from tests.architecture.source import ROOT


def test_adr_0003_gives_a_reason_for_each_runtime_dependency_and_no_other() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^a-z0-9-]", entry)[0] for entry in project["dependencies"]}
    record = (ROOT / "docs/adr/0003-runtime-dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z0-9, -]+?) \| .{10,} \| .{10,} \| .+ \|$", record, re.MULTILINE)
    assert {name for row in rows for name in row.split(", ")} - {"dependency"} == declared

"""Every alert stands on a metric that the code serves and on a page that says what to do."""

import ast
import re
from collections.abc import Iterator

import yaml

from tests.architecture.source import EVERYTHING, ROOT, source_files

ALERTS = ROOT / "deploy/alerts.yml"
RINGS = {"accord_locator_unrecorded_total", "accord_topic_findings"}
"""What no dashboard alone may show: somebody has to be woken."""
METRIC = re.compile(r"\baccord_\w+")


def rules() -> list[dict[str, object]]:
    groups = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def served() -> Iterator[str]:
    """The names of the metrics that the code makes."""
    for file in source_files(ROOT, EVERYTHING):
        for node in ast.walk(file.tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="counter" | "gauge" | "seconds"),
                    args=[ast.Constant(value=str(name)), *_],
                ):
                    yield f"accord_{name}"
                case _:
                    pass


def test_every_rule_stands_on_metrics_that_are_served() -> None:
    named = {name for rule in rules() for name in METRIC.findall(str(rule["expr"]))}
    assert named <= set(served())
    assert named >= RINGS


def test_every_rule_says_what_it_is_about_and_where_its_runbook_is() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    for rule in rules():
        labels, annotations = rule["labels"], rule["annotations"]
        assert isinstance(labels, dict)
        assert isinstance(annotations, dict)
        assert labels["severity"] in {"page", "ticket"}, rule
        assert annotations["summary"]
        page = (ROOT / annotations["runbook"]).read_text("utf-8")
        for metric in METRIC.findall(str(rule["expr"])):
            assert metric in page, f"{annotations['runbook']} says nothing of {metric}"
        assert "deploy/alerts.yml" in page

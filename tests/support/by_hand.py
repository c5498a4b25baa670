"""Somebody who plays a story by hand: requests over HTTP from the services' own documents."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx

from cli.agreement.sign import signature
from cli.keys.tokens import agreement_key
from shared.contracts.agreement import read_agreement
from shared.web.yaml_document import parse_yaml

if TYPE_CHECKING:
    from cli.local.stack import LocalStack

GUIDE = Path(__file__).parents[2] / "docs/guides/story.md"
ROW = re.compile(r"\| (\w{2,3}) (\S+) (\S+) \| (\w+) `(\w+) (\S+)` \|([^|]*)\|([^|]*)\|")
PAUSE_SECONDS = 0.2
PATIENCE_SECONDS = 120.0
SAME = {"custody": "case"}
"""Ids that a document says are another one's."""

Json = Any
Row = tuple[str, ...]
"""Party, office, subject, service, method, address, body, until."""


class Hand:
    """Somebody with the documents, a token for each office, and a note of every id."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        self._documents = {
            name: httpx.get(f"{stack.urls[name]}/openapi.json", timeout=60).json()
            for name in ("intake", "placement", "billing")
        }
        in_a_month = datetime.now(UTC).date() + timedelta(days=30)
        self.known: dict[str, str] = {"in a month": in_a_month.isoformat()}
        self.known |= self._signatures()
        self.requests = 0

    def _signatures(self) -> dict[str, str]:
        """What both states sign: the terms that the document shows, as the guide says."""
        proposal = self._documents["intake"]["paths"]["/v1/agreements"]["post"]
        (content,) = proposal["requestBody"]["content"].values()
        terms = read_agreement(parse_yaml(content["example"].encode()))
        keys = self._stack.folder.keys
        return {
            f"signature of {state}": signature(terms, agreement_key(keys, state))
            for state in ("USA", "SLV")
        }

    def step(self, row: Row) -> Json:
        """Do what one row says; gives the answer. Waiting for it is one request, however long."""
        self.requests += 1
        party, office, subject, service, method, address, body, until = map(str.strip, row)
        token = self._stack.token(party, office, subject)
        url = self._stack.urls[service] + self._filled(address)
        headers = {"authorization": f"Bearer {token}"}
        if method == "POST":
            operation = self._operation(service, address)
            offices = operation["x-accord"]["offices"]
            assert office in offices or offices == [], "the document names the office"
            changed = json.loads(self._filled(body.strip("`")) or "{}")
            sent = self._body(service, operation, changed)
            return self._noted(self._post(url, headers, sent))
        wanted = json.loads(until.strip("`"))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = self._sent(httpx.get(url, headers=headers, timeout=60))
            if answer is not None and holds(answer, wanted):
                return answer
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"{url} never had {wanted}")

    def _operation(self, service: str, address: str) -> Json:
        for path, methods in self._documents[service]["paths"].items():
            form = re.sub(r"\{\w+\}", r"[^/:]+", path)
            if "post" in methods and re.fullmatch(form, address):
                return methods["post"]
        raise AssertionError(f"{service} documents no POST {address}")

    def _post(self, url: str, headers: dict[str, str], sent: Json) -> Json:
        headers = {**headers, "idempotency-key": str(uuid4())}
        if isinstance(sent, str):
            headers["content-type"] = "application/yaml"
            return self._sent(httpx.post(url, content=sent, headers=headers, timeout=60))
        return self._sent(httpx.post(url, json=sent, headers=headers, timeout=60))

    def _body(self, service: str, operation: Json, changed: Json) -> Json:
        """The example of a body, among several that of the same kind, with something changed."""
        content = operation.get("requestBody", {}).get("content")
        if content is None:
            return None
        if "application/yaml" in content:
            return content["application/yaml"]["example"]
        name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        schema = self._documents[service]["components"]["schemas"][name]
        kind = changed.get("fact", {}).get("kind")
        several = schema.get("examples", [schema["example"]])
        example = next(row for row in several if kind is None or row["fact"]["kind"] == kind)
        return merged(example, changed)

    def _sent(self, response: httpx.Response) -> Json:
        waits = response.request.method == "GET" and response.status_code == httpx.codes.NOT_FOUND
        assert waits or response.is_success, response.text
        return None if waits else response.json()

    def _noted(self, answer: Json) -> Json:
        self.known |= {name: value for name, value in answer.items() if isinstance(value, str)}
        return answer

    def _filled(self, text: str) -> str:
        for name, value in {**self.known, **self._same()}.items():
            text = text.replace(f"<{name}>", value).replace(f"{{{name}}}", value)
        return text

    def _same(self) -> dict[str, str]:
        return {name: self.known[other] for name, other in SAME.items() if other in self.known}


def merged(value: Json, changes: Json) -> Json:
    """A document with some of its parts changed."""
    if not isinstance(value, dict) or not isinstance(changes, dict):
        return changes
    return value | {name: merged(value.get(name), part) for name, part in changes.items()}


def holds(answer: Json, wanted: Json) -> bool:
    """Whether an answer has all of this in it."""
    if isinstance(wanted, dict):
        return all(name in answer and holds(answer[name], part) for name, part in wanted.items())
    if isinstance(wanted, list):
        return len(answer) >= len(wanted) and all(map(holds, answer, wanted))
    return bool(answer == wanted)

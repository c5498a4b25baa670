"""G19 over Kafka: a facility that nobody registered is named to whoever asks for a place in it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest

from tests.support.by_hand import GUIDE, ROW, Hand, Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.local.stack import LocalStack

REASON = "facility cecot has not been registered: have its state register it"
PATIENCE_SECONDS = 240.0
Row = tuple[str, ...]
AUTHORITY = ("USA", "central-authority", "authority/one")
REGISTRAR = ("SLV", "facility-registry", "cecot/registry")

pytestmark = pytest.mark.timeout(600)


class Clerks:
    """Who asks the running services, and reads until something is as expected."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack

    def until(
        self, who: tuple[str, str, str], service: str, path: str, holds: Callable[[Json], bool]
    ) -> Json:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = httpx.get(self._url(service, path), headers=self._headers(who), timeout=60)
            if answer.is_success and holds(answer.json()):
                return answer.json()
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.5)

    def removed(self, manifest: str) -> Json:
        """Who was taken off a manifest, as soon as somebody was."""
        path = f"/manifests/{manifest}"

        def is_off(journey: Json) -> bool:
            return [person["status"] for person in journey["persons"]] == ["removed"]

        (person,) = self.until(AUTHORITY, "intake", path, is_off)["persons"]
        return person

    def asked(self, who: tuple[str, str, str], service: str, path: str) -> httpx.Response:
        headers = {**self._headers(who), "idempotency-key": str(uuid4())}
        return httpx.post(self._url(service, path), headers=headers, timeout=60)

    def _url(self, service: str, path: str) -> str:
        return f"{self._stack.urls[service]}/v1{path}"

    def _headers(self, who: tuple[str, str, str]) -> dict[str, str]:
        return {"authorization": f"Bearer {self._stack.token(*who)}"}


def without_its_facility(hand: Hand) -> tuple[list[Row], list[Row]]:
    """Play the guide's story up to the manifest; gives what opens the facility, and all from the
    manifest on, which has to be another one.
    """
    rows = ROW.findall(GUIDE.read_text("utf-8"))
    opens = [row for row in rows if row[3] == "placement" and row[5].startswith("/v1/facilities")]
    (listed,) = [row for row in rows if row[5].endswith("/persons") and "manifests" in row[5]]
    for row in rows[: rows.index(listed) + 1]:
        if row not in opens:
            hand.step(row)
    return opens[:4], rows[rows.index(listed) - 1 :]


def test_g19_the_reason_reaches_the_manifest_the_seal_and_the_exceptions(
    stack: LocalStack,
) -> None:
    hand, clerks = Hand(stack), Clerks(stack)
    opens, (plans, lists, confirmed, seals, *_) = without_its_facility(hand)
    manifest, case = hand.known["manifest"], hand.known["case"]

    told = clerks.removed(manifest)["no_place"]
    assert (told["rule"], told["reason"]) == ("G19", "NoPlaceAvailable")
    assert told["detail"].startswith(REASON)

    refused = clerks.asked(AUTHORITY, "intake", f"/manifests/{manifest}:seal")
    assert refused.status_code == 422
    assert REASON in refused.text

    for who in (AUTHORITY, REGISTRAR):
        page = clerks.until(who, "placement", "/exceptions", lambda page: page["items"])
        (waits,) = page["items"]
        assert (waits["kind"], waits["custody"], waits["rule"]) == ("place-refused", case, "G19")
        assert waits["detail"].startswith(REASON)

    for row in (*opens, plans, lists):
        hand.step(row)
    assert hand.step(confirmed)["persons"][0].get("no_place") is None
    assert hand.step(seals)["cases"] == [case]
    clerks.until(REGISTRAR, "placement", "/exceptions", lambda page: not page["items"])

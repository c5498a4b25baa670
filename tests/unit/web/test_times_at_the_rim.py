"""Times, dates and whole numbers of requests have one spelling each, in every model and query."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, get_args

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from services.audit.api.names import When
from services.intake.api.legs import LegPath
from shared.kernel import rfc3339
from shared.web.content.models import Day, InDigits, Instant
from shared.web.moment import AsOf, KnownAt, refuse_future
from shared.web.problems import Refused
from tests.support.bad_input import rows
from tests.support.request_models import Json, Path, example, named, replaced, shown

if TYPE_CHECKING:
    from shared.web.content.models import RequestModel

WRONG = {
    table: [written for written, right in rows(table) if not right[0].isdigit()]
    for table in ("instants", "dates")
}
NUMBERS: tuple[Json, ...] = (1742078700, 631238400, 1742078700.5, True, None, [], {})


def is_instant(value: Json) -> bool:
    """Whether an example shows an instant there."""
    with suppress(ValueError, TypeError):
        return bool(rfc3339.instant(value))
    return False


def is_date(value: Json) -> bool:
    """Whether an example shows a date there."""
    with suppress(ValueError, TypeError):
        return bool(rfc3339.full_date(value))
    return False


PLACES = [
    pytest.param(model, at, table, id=named(model, at))
    for table, wanted in (("instants", is_instant), ("dates", is_date))
    for model, at in shown(wanted)
]


def test_there_are_such_places_in_every_service() -> None:
    told = " ".join(str(place.id) for place in PLACES)
    assert all(f"services.{name}." in told for name in ("intake", "placement", "billing"))


@pytest.mark.parametrize(("model", "at", "table"), PLACES)
def test_every_time_and_date_of_every_body_is_rfc_3339_or_refused(
    model: type[RequestModel], at: Path, table: str
) -> None:
    body = example(model)
    model.model_validate_json(json.dumps(body))
    optional = {None} if _is_optional(model, at) else set()
    for wrong in (
        *WRONG[table],
        *(number for number in NUMBERS if number is not None or not optional),
    ):
        with pytest.raises(ValidationError):
            model.model_validate_json(json.dumps(replaced(body, at, wrong)))


def _is_optional(model: type[RequestModel], at: Path) -> bool:
    with suppress(ValidationError):
        model.model_validate_json(json.dumps(replaced(example(model), at, None)))
        return True
    return False


ASKED = {"Instant": Instant, "AsOf": AsOf, "KnownAt": KnownAt, "When": When}


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize(("written", "right"), rows("instants"))
def test_an_instant_in_a_query_is_the_one_that_was_written(
    kind: str, written: str, right: str
) -> None:
    read: TypeAdapter[object] = TypeAdapter(ASKED[kind])
    if right[0].isdigit():
        assert str(read.validate_python(written)).replace(" ", "T") == right
        return
    with pytest.raises(ValidationError, match=right):
        read.validate_python(written)


@pytest.mark.parametrize("year", [1899, 2200, 9999, 1])
def test_a_date_is_of_our_time(year: int) -> None:
    for kind, text in ((Day, f"{year:04}-01-01"), (Instant, f"{year:04}-01-01T12:00:00Z")):
        read: TypeAdapter[date] = TypeAdapter(kind)
        with pytest.raises(ValidationError, match="between 1900 and 2199"):
            read.validate_python(text)


@pytest.mark.parametrize(("written", "right"), rows("whole_numbers"))
def test_a_whole_number_in_a_path_or_query_has_one_spelling(written: str, right: str) -> None:
    read: TypeAdapter[int] = TypeAdapter(Annotated[int, InDigits])
    if right != "no":
        assert read.validate_python(written) == int(right)
        return
    with pytest.raises(ValidationError):
        read.validate_python(written)


def test_whole_numbers_of_paths_are_in_digits() -> None:
    assert InDigits in get_args(LegPath)


async def test_a_limit_is_in_digits(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/numbers", params={"limit": "1_0"})
    assert answer.status_code == 400
    assert answer.json()["findings"][0]["rule"] == "digits"


@pytest.mark.parametrize("asked", ["as_of", "known_at"])
def test_a_moment_that_has_not_come_is_not_answered(asked: str) -> None:
    now = datetime(2025, 3, 15, 12, tzinfo=UTC)
    refuse_future(now, **{asked: now + timedelta(seconds=2)})
    with pytest.raises(Refused) as refused:
        refuse_future(now, **{asked: now + timedelta(seconds=3)})
    (said,) = refused.value.problem.findings
    assert (refused.value.problem.status, said.path) == (400, f"query.{asked}")

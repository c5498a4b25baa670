"""An OpenAPI document says who may ask, what refuses and what is recorded, as the code has it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

import services.billing.reactions
import services.intake.deadlines
import services.intake.reactions
import services.placement.deadlines
import services.placement.reactions
from services.intake.api.agreements import EXAMPLE
from shared.contracts.agreement import read_agreement
from shared.contracts.catalog import NEWEST_TYPES
from shared.kernel.rejected import Rejected
from shared.web.content.forms import FORMS
from shared.web.openapi.operation_texts import EXTENSION
from shared.web.openapi.reachable import reached
from shared.web.problems import problem
from shared.web.yaml_document import parse_yaml
from tests.support.documents import ASSEMBLED, PUBLISHED, assembled, published

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.witnesses import WitnessHost

    Document = dict[str, Any]

BY_THEMSELVES = (
    services.intake.reactions,
    services.placement.reactions,
    services.billing.reactions,
    services.placement.deadlines,
    services.intake.deadlines,
)
"""What records without being asked: reactions to other logs, and deadlines."""
HEADERS = {"^[!-~]{1,255}$"}
"""The forms of headers, which have refusals of their own."""


@pytest.fixture(scope="module")
def documents(
    tmp_path_factory: pytest.TempPathFactory, witness_host: WitnessHost
) -> dict[str, Document]:
    """The document of each service, which no test changes."""
    made: dict[str, Document] = {}
    for service in ASSEMBLED:
        folder = tmp_path_factory.mktemp(service)
        made[service] = assembled(service, folder, witness_host).openapi()
    return made


@pytest.mark.parametrize("service", ASSEMBLED)
def test_the_published_document_is_what_the_service_says(
    service: str, documents: dict[str, Document]
) -> None:
    held = (PUBLISHED / f"{service}.json").read_bytes()
    assert held == published(documents[service]), "make reference writes it"


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def entry_of(documents: dict[str, Document], name: str) -> Document:
    """What the documents say of one operation, for programs."""
    every = {
        key: operation for document in documents.values() for key, operation in operations(document)
    }
    said: Document = every[name][EXTENSION]
    return said


def refusals() -> Iterator[type[Rejected]]:
    waiting = [Rejected]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("services.") and not kind.__subclasses__():
            yield kind


async def test_every_operation_says_who_may_ask_and_every_command_what_it_records(
    documents: dict[str, Document],
) -> None:
    for document in documents.values():
        for name, operation in operations(document):
            if "security" in operation:
                assert "**Offices that may ask:**" in operation["description"], name
                assert operation[EXTENSION]["scope"] in ("accord:read", "accord:write")
                assert bool(operation[EXTENSION]["events"]) == name.startswith("POST"), name


async def test_no_refusal_and_no_event_of_a_service_is_left_out(
    documents: dict[str, Document],
) -> None:
    said = [
        operation[EXTENSION]
        for document in documents.values()
        for _, operation in operations(document)
        if EXTENSION in operation
    ]
    alone = reached(
        *(f for module in BY_THEMSELVES for f in vars(module).values() if inspect.isfunction(f))
    )
    types = {refusal["type"] for entry in said for refusal in entry["refusals"]}
    types |= {problem(400, kind.__name__, "").type for kind in alone.refusals}
    assert {problem(400, kind.__name__, "").type for kind in refusals()} <= types
    events = {event for entry in said for event in entry["events"]}
    events |= {kind.TYPE for kind in alone.events}
    assert {kind.TYPE for kind in NEWEST_TYPES} - events == set()


async def test_an_operation_names_exactly_what_its_own_decision_leads_to(
    documents: dict[str, Document],
) -> None:
    lift = entry_of(documents, "POST /v1/holds/{hold}:lift")
    assert [refusal["type"].rsplit("/")[-1] for refusal in lift["refusals"]] == [
        "nobody-overrides-a-hold",
        "two-subjects-are-needed",
        "hold-is-unknown",
        "hold-is-settled",
    ]
    assert {refusal["rule"] for refusal in lift["refusals"] if refusal["status"] == 403} == {"G2"}
    assert lift["events"] == ["intake.HoldLiftRequested.v1", "intake.HoldLifted.v1"]
    leave = entry_of(documents, "POST /v1/custodies/{custody}:exit")
    assert leave["offices"] == ["facility-registry"]
    assert leave["events"] == [
        "placement.PersonAccountedFor.v1",
        "placement.PersonReleased.v1",
    ]
    clear = entry_of(documents, "POST /v1/cases/{case}:clear")
    types = {refusal["type"].rsplit("/")[-1] for refusal in clear["refusals"]}
    assert {"hold-stands-against-departure", "no-final-judgment"} <= types


async def test_ids_that_are_the_same_are_said_to_be(documents: dict[str, Document]) -> None:
    every = dict(operations(documents["placement"]))
    (parameter,) = (
        described
        for described in every["POST /v1/custodies/{custody}:accept"]["parameters"]
        if described["name"] == "custody"
    )
    assert parameter["description"] == "The custody's id: that of its case"


async def test_an_agreement_has_a_whole_document_as_its_example(
    documents: dict[str, Document],
) -> None:
    propose = dict(operations(documents["intake"]))["POST /v1/agreements"]
    shown = propose["requestBody"]["content"]["application/yaml"]["example"]
    assert shown == EXAMPLE
    assert read_agreement(parse_yaml(shown.encode())).ref == "usa-slv-2025@1"


def patterns(part: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a JSON document
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"].replace(r"\Z", "$")
        for value in part.values():
            yield from patterns(value)
    elif isinstance(part, list):
        for value in part:
            yield from patterns(value)


async def test_every_form_of_a_request_can_be_said_in_words(documents: dict[str, Document]) -> None:
    asked = {
        pattern
        for document in documents.values()
        for part in (document["paths"], document["components"]["schemas"])
        for pattern in patterns(part)
    }
    assert asked - HEADERS - FORMS.keys() == set()

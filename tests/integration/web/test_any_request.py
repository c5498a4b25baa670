"""Whatever is sent, made from the OpenAPI document: no 500, and only answers that it documents."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests.integration.web.conftest import PATIENCE, Served
from tests.support import any_request  # noqa: F401 - it says how a batch's lines are written

Operation = schemathesis.APIOperation[Any, Any, Any, Any]
FAULTY = "/v1/faults"
"""The endpoint with a fault in it on purpose."""
NOT_ASKED = [
    ignored_auth,  # our good token stands in the place of the generated ones
    positive_data_acceptance,  # a rule may refuse what the schema allows
]


@pytest.fixture
def operations(served: Served) -> list[Operation]:
    """Every operation of the sample service but the faulty one."""
    schema = schemathesis.openapi.from_url(f"{served.url}/openapi.json", timeout=PATIENCE)
    described = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert FAULTY in [operation.path for operation in described]
    return [operation for operation in described if operation.path != FAULTY]


def test_no_request_that_fits_the_document_leads_to_a_500(
    served: Served, operations: list[Operation]
) -> None:
    assert len(operations) >= 10
    for operation in operations:
        _try(served, operation, GenerationMode.POSITIVE)


def test_no_request_that_does_not_fit_leads_to_a_500(
    served: Served, operations: list[Operation]
) -> None:
    posts = [described for described in operations if described.method == "post"]
    strict = [
        post for post in posts if not post.path.endswith(":batch")
    ]  # a line says what is wrong
    strict += [described for described in operations if described.path == "/v1/numbers"]
    assert len(strict) >= 5
    for operation in strict:
        _try(served, operation, GenerationMode.NEGATIVE)


def _try(served: Served, operation: Operation, mode: GenerationMode) -> None:
    headers = {"authorization": f"Bearer {served.service.token()}"}

    @settings(
        max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case[Any]) -> None:
        response = case.call(headers=headers, timeout=PATIENCE)
        assert response.status_code < 500
        case.validate_response(response, excluded_checks=NOT_ASKED)

    send()

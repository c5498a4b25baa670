"""G5: an assessment covers the destination and each onward country that the agreement names."""

import pytest

from tests.unit.intake import made_events
from tests.unit.intake.made_events import facts
from tests.unit.intake.screening import risk, rules

TERMS = made_events.document(onward_countries=["GTM", "HND"])


@pytest.mark.parametrize(
    ("onward", "broken"),
    [((), ("G5", "G5")), (("HND",), ("G5",)), (("MEX", "HND", "GTM"), ())],
)
def test_g5_an_assessment_covers_each_onward_country_that_the_agreement_names(
    onward: tuple[str, ...], broken: tuple[str, ...]
) -> None:
    assert rules(*facts(risk(onward=onward)), terms=TERMS) == broken
    assert rules(*facts(risk(onward=onward))) == (), "where the agreement names none"


def test_g5_an_assessment_for_elsewhere_covers_no_onward_country_either() -> None:
    elsewhere = risk(destination="MEX", onward=("GTM", "HND"))
    assert rules(*facts(elsewhere), terms=TERMS) == ("G5",)

"""Every component, one line each: the agreement document takes the union of terms from here."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeAlias

from shared.tariff import (  # noqa: F401 - importing a component registers it
    earmarked_fund,
    fixed,
    late_cancellation,
    per_night,
    per_unit,
    person_month,
    prepaid,
)
from shared.tariff.component import Tally, Terms

if TYPE_CHECKING:
    Component: TypeAlias = Terms[Any]
    """Whichever component: nobody outside its file needs to know which one."""
    AnyTally: TypeAlias = Tally
else:
    Component = reduce(or_, Terms.__subclasses__())
    AnyTally = reduce(or_, [terms.TALLY for terms in Terms.__subclasses__()])

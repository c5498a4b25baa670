"""Any event of a type, as its contract has it: values drawn from the contract itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st
from msgspec import inspect

from shared.contracts.agreement import AgreementDocument, read_agreement
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event
from shared.kernel.money import Money

_INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
_DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
_PERIODS = st.tuples(_DAYS, _DAYS).filter(lambda days: days[0] < days[1])
FIRST = read_agreement(
    yaml.safe_load((Path(__file__).parents[2] / "agreements" / "usa-slv-2025.yaml").read_bytes())
)
_OWN: dict[type, st.SearchStrategy[Any]] = {
    Money: st.builds(Money.of, st.integers(0, 10**12), st.sampled_from(("USD", "EUR", "JPY"))),
    DatePeriod: _PERIODS.map(lambda days: DatePeriod(*days)),
    AgreementDocument: st.just(FIRST),
}
"""Structs whose values depend on one another."""


def events(event_type: type[Event]) -> st.SearchStrategy[Any]:
    """Events of a type: whatever its contract reads."""
    return _values(inspect.type_info(event_type))


def _values(kind: inspect.Type) -> st.SearchStrategy[Any]:  # noqa: C901 - one case a kind of type
    match kind:
        case inspect.Metadata():
            return _values(kind.type)
        case inspect.StructType():
            return _OWN[kind.cls] if kind.cls in _OWN else _struct(kind)
        case inspect.UnionType():
            return st.one_of([_values(member) for member in kind.types])
        case inspect.LiteralType():
            return st.sampled_from(kind.values)
        case inspect.VarTupleType():
            least = kind.min_length or 0
            items = st.lists(_values(kind.item_type), min_size=least, max_size=least + 3)
            return items.map(tuple)
        case inspect.DictType():
            return st.dictionaries(_values(kind.key_type), _values(kind.value_type), max_size=3)
        case inspect.StrType():
            return _texts(kind.pattern, kind.max_length)
        case inspect.IntType():
            return st.integers(kind.ge or 0, kind.le or 10**9)
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.DateType():
            return _DAYS
        case inspect.DateTimeType():
            return _INSTANTS
        case _:
            raise NotImplementedError(kind)


def _texts(pattern: str | None, longest: int | None) -> st.SearchStrategy[str]:
    drawn = st.from_regex(pattern, fullmatch=True) if pattern else st.text()
    return drawn.filter(lambda text: longest is None or len(text) <= longest)


def _struct(kind: inspect.StructType) -> st.SearchStrategy[Any]:
    """A struct that its own checks let stand."""
    fields = {field.name: _values(field.type) for field in kind.fields}

    def made(values: dict[str, object]) -> object:
        try:
            return kind.cls(**values)
        except ValueError:
            return None

    return st.fixed_dictionaries(fields).map(made).filter(lambda value: value is not None)

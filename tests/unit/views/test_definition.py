"""Every table of a service is its log's, its tree's, a view, or kept: none is forgotten."""

from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa

from shared.ledger.tables import ledger_tables
from shared.sealing.tables import sealing_tables

COMMON = set(sealing_tables(ledger_tables(sa.MetaData())).tables)


@pytest.mark.parametrize("service", ["intake", "placement", "billing"])
def test_a_table_beside_the_log_is_a_view_or_is_kept(service: str) -> None:
    tables: Any = import_module(f"services.{service}.tables")
    projections: Any = import_module(f"services.{service}.projections")
    views, kept = {*tables.VIEWS}, {*tables.KEPT}
    assert {table.name for table in views | kept} == set(tables.METADATA.tables) - COMMON
    assert views.isdisjoint(kept)
    assert {*projections.VIEWS.tables} == views


def test_personal_data_is_no_view() -> None:
    tables: Any = import_module("services.intake.tables")
    assert {table.name for table in tables.KEPT} == {"sealed_persons", "identity_keys"}

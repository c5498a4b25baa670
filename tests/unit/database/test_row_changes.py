"""Row changes of one commit: every row is written once, as the last change left it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from shared.database.row_changes import Delete, Insert, RowBatch, Update

TABLES = sa.MetaData()
CASES = sa.Table(
    "cases",
    TABLES,
    sa.Column("case", sa.Text, primary_key=True),
    sa.Column("status", sa.Text),
    sa.Column("person", sa.Text),
)
NIGHTS = sa.Table(
    "nights",
    TABLES,
    sa.Column("custody", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("charged", sa.Boolean),
)


def rows(*changes: Insert | Update) -> list[tuple[str, dict[str, Any], bool]]:
    batch = RowBatch()
    for change in changes:
        batch.add([change])
    return [(table.name, dict(values), new) for table, values, new in batch.rows()]


def case(status: str, **more: str) -> Insert:
    return Insert(CASES, {"case": "c", "status": status, **more})


def test_of_two_rows_with_one_key_the_later_is_written() -> None:
    assert rows(case("proposed"), case("cleared")) == [
        ("cases", {"case": "c", "status": "cleared"}, True)
    ]


def test_a_change_of_a_new_row_goes_into_it() -> None:
    changed = Update(CASES, {"case": "c"}, {"status": "cleared"})
    assert rows(case("proposed", person="p"), changed) == [
        ("cases", {"case": "c", "status": "cleared", "person": "p"}, True)
    ]


def test_changes_of_one_row_are_brought_together() -> None:
    first = Update(CASES, {"case": "c"}, {"status": "cleared"})
    second = Update(CASES, {"case": "c"}, {"status": "boarded", "person": "p"})
    assert rows(first, second) == [
        ("cases", {"case": "c", "status": "boarded", "person": "p"}, False)
    ]


def test_a_new_row_replaces_what_was_to_be_changed() -> None:
    changed = Update(CASES, {"case": "c"}, {"person": "p"})
    assert rows(changed, case("proposed")) == [("cases", {"case": "c", "status": "proposed"}, True)]


def test_a_key_of_two_columns_is_both_of_them() -> None:
    nights = [Insert(NIGHTS, {"custody": "k", "day": day, "charged": True}) for day in (1, 2, 1)]
    assert [values["day"] for _, values, _ in rows(*nights)] == [1, 2]


def test_a_row_that_goes_takes_what_was_to_be_written_with_it_and_may_come_back() -> None:
    changed = Update(CASES, {"case": "c"}, {"person": "p"})
    gone = Delete(CASES, {"case": "c"})
    batch = RowBatch()
    batch.add([case("proposed"), changed, gone])
    assert (list(batch.rows()), len(batch)) == ([], 1)
    (statement,) = batch.statements()
    assert statement.sql.startswith('DELETE FROM "cases" AS t USING')
    (part,) = batch.parts(7)
    assert [key for _, key in part.gone()] == [{"case": "c"}]
    batch.add([case("cleared")])
    assert [*batch.gone()] == []
    assert [new for _, _, new in batch.rows()] == [True]


def test_each_table_and_set_of_columns_has_one_statement() -> None:
    batch = RowBatch()
    batch.add(case("proposed", person="p") if place else case("cleared") for place in (0, 1))
    batch.add(Insert(CASES, {"case": str(index), "status": "proposed"}) for index in range(3))
    batch.add([Update(NIGHTS, {"custody": "k", "day": 1}, {"charged": True})])
    said = [
        (statement.sql.split(" ")[0], statement.rows.count("{")) for statement in batch.statements()
    ]
    assert said == [("INSERT", 1), ("INSERT", 3), ("UPDATE", 1)]

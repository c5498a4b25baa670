"""Lines of a batch as they arrive: torn, packed, overlong, too many, and what is said of each."""

import gzip
import tracemalloc
import zlib

import pytest

from shared.web.batches.ndjson import MOST_BYTES, MOST_LINES, Line, LineReader

TWO = b'{"a":1}\n{"b":2}\n'


def read(*parts: bytes, longest: int = 100, gzipped: bool = False) -> list[Line]:
    reader = LineReader(longest, gzipped=gzipped)
    lines = [line for part in parts if not reader.stopped for line in reader.feed(part)]
    return [*lines, *reader.end()]


def contents(lines: list[Line]) -> list[tuple[int, bytes]]:
    assert not [line.problem for line in lines if line.problem]
    return [(line.number, line.content) for line in lines]


def last_problem(lines: list[Line]) -> tuple[int, int, str]:
    problem = lines[-1].problem
    assert problem is not None
    assert problem.detail.endswith((".", "!"))
    return lines[-1].number, problem.status, problem.type.rpartition("/")[2]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 100])
@pytest.mark.parametrize("gzipped", [False, True])
def test_where_a_line_is_torn_in_two_makes_no_difference(size: int, gzipped: bool) -> None:  # noqa: FBT001 - pytest's parameter
    body = gzip.compress(TWO) if gzipped else TWO
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    assert contents(read(*parts, gzipped=gzipped)) == [(1, b'{"a":1}'), (2, b'{"b":2}')]


def test_the_last_line_needs_no_newline() -> None:
    assert contents(read(b"1\n2")) == [(1, b"1"), (2, b"2")]


def test_lines_of_windows_and_a_byte_order_mark_are_taken() -> None:
    assert contents(read(b"\xef\xbb\xbf1\r\n2\r\n")) == [(1, b"1"), (2, b"2")]


def test_a_byte_order_mark_elsewhere_is_left_to_who_reads_the_line() -> None:
    assert contents(read(b"1\n\xef\xbb\xbf2")) == [(1, b"1"), (2, b"\xef\xbb\xbf2")]


def test_lines_with_nothing_in_them_are_left_out_and_counted() -> None:
    assert contents(read(b"\n \r\n1\n\t\n\n2\n\n")) == [(3, b"1"), (6, b"2")]


@pytest.mark.parametrize("body", [b"", b"\n\r\n", b"\xef\xbb\xbf", b"  "])
def test_a_body_without_a_line_is_no_batch(body: bytes) -> None:
    assert last_problem(read(body))[1:] == (400, "batch-empty")


def test_an_overlong_line_is_refused_by_itself_and_is_not_kept() -> None:
    reader = LineReader(8)
    before = [*reader.feed(b"1\n" + b"x" * 9)]
    tracemalloc.start()
    for _ in range(100):
        assert not [*reader.feed(b"x" * 100_000)]
    (kept, _) = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    after = [*reader.feed(b"\n12345678\n"), *reader.end()]
    assert kept < 200_000
    assert contents(before) == [(1, b"1")]
    assert last_problem(after[:1]) == (2, 413, "line-too-long")
    assert contents(after[1:]) == [(3, b"12345678")]


def test_a_last_line_that_is_overlong_is_refused_too() -> None:
    assert last_problem(read(b"1\n123456789", longest=8)) == (2, 413, "line-too-long")


def test_a_body_has_10000_lines_and_no_more() -> None:
    assert len(contents(read(b"1\n" * MOST_LINES))) == MOST_LINES
    lines = read(b"1\n" * MOST_LINES + b"1")
    assert len(lines) == MOST_LINES + 1
    assert last_problem(lines) == (MOST_LINES + 1, 413, "batch-too-long")


def test_a_body_of_newlines_ends_at_the_same_number() -> None:
    assert last_problem(read(b"\n" * MOST_BYTES)) == (MOST_LINES + 1, 413, "batch-too-long")


def test_a_body_of_more_than_16_mib_is_refused_where_it_is_over() -> None:
    lines = read(b"1\n" + b" " * (MOST_BYTES - 4), b"\n2", b"\n3\n", longest=MOST_BYTES)
    assert contents(lines[:1]) == [(1, b"1")]
    assert last_problem(lines) == (3, 413, "batch-too-large")


def test_a_bomb_is_refused_while_it_is_unpacked() -> None:
    bomb = zlib.compressobj(wbits=31)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(256)) + bomb.flush()
    tracemalloc.start()
    lines = read(packed, gzipped=True)
    (_, most) = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(packed) < 1 << 20
    assert last_problem(lines)[1:] == (413, "batch-too-large")
    assert most < 2 << 20, "no more was held at once than a piece and what waits to be unpacked"


def test_what_a_bomb_begins_with_stands() -> None:
    lines = read(gzip.compress(b"1\n" + b" " * (2 * MOST_BYTES)), gzipped=True)
    assert contents(lines[:1]) == [(1, b"1")]
    assert last_problem(lines) == (2, 413, "batch-too-large")


def test_members_one_after_another_are_one_stream() -> None:
    body = gzip.compress(b"1\n2") + gzip.compress(b"") + gzip.compress(b"3\n4")
    assert contents(read(body, gzipped=True)) == [(1, b"1"), (2, b"23"), (3, b"4")]


@pytest.mark.parametrize("lost", [1, 4, 8, 9, 12])
def test_a_torn_gzip_stream_does_not_end_in_half_a_line(lost: int) -> None:
    lines = read(gzip.compress(b"1\n2")[:-lost], gzipped=True)
    assert last_problem(lines)[1:] == (400, "batch-torn")
    assert (2, b"2") not in [(line.number, line.content) for line in lines]


def test_a_damaged_gzip_stream_says_so_and_what_came_before_stands() -> None:
    body = bytearray(gzip.compress(b"1\n2\n"))
    body[-5] ^= 1  # of its checksum
    lines = read(bytes(body), gzipped=True)
    assert last_problem(lines)[1:] == (400, "batch-torn")


def test_what_is_no_gzip_is_torn_at_its_first_line() -> None:
    assert last_problem(read(TWO, gzipped=True)) == (1, 400, "batch-torn")


def test_a_piece_that_is_exactly_full_is_followed_by_the_rest() -> None:
    plain = (b"x" * 99 + b"\n") * 2000
    assert len(contents(read(gzip.compress(plain), gzipped=True))) == 2000


def test_after_the_end_of_reading_nothing_is_read() -> None:
    reader = LineReader(8, gzipped=True)
    assert [line.problem for line in reader.feed(b"no gzip")][-1] is not None
    assert reader.stopped
    assert not [*reader.end()]

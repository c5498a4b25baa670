"""Ports of the local stack: known ones, free ones, and what is said when one is taken."""

import socket
from collections.abc import Iterator

import pytest

from cli.local import addresses
from cli.local.addresses import HOST, PORTS, choose_ports, ports_from
from cli.output import CouldNot, UsedWrongly


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port that somebody listens on, and that is known as intake's."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        port: int = listener.getsockname()[1]
        others = choose_ports("free")
        monkeypatch.setattr(addresses, "PORTS", {**others, "intake": port})
        yield port


def test_ports_are_chosen_in_a_row_and_one_by_one() -> None:
    chosen = ports_from(9001, ["billing=9103"])
    assert chosen == {**dict(zip(PORTS, range(9001, 9006), strict=True)), "billing": 9103}
    assert ports_from(PORTS["intake"]) == dict(PORTS)


@pytest.mark.parametrize(
    ("base", "named", "said"),
    [
        (9001, "nobody=9101", "NAME=NUMBER, with one of intake, placement"),
        (9001, "intake=many", "NAME=NUMBER"),
        (9001, "intake", "NAME=NUMBER"),
        (9001, "intake=70000", "intake=70000: a port is a number from 1 to 65535"),
        (65_535, "intake=1", "placement=65536"),
        (9001, "intake=9002", "two programs have the same port"),
    ],
)
def test_a_port_that_cannot_be_is_used_wrongly(base: int, named: str, said: str) -> None:
    with pytest.raises(UsedWrongly, match=said):
        ports_from(base, [named])


def test_a_chosen_port_that_is_taken_is_named_with_the_way_out(taken: int) -> None:
    with pytest.raises(CouldNot, match=rf"port {taken} \(billing\) is taken: .+ --port-base"):
        choose_ports({**choose_ports("free"), "billing": taken})


def test_free_ports_are_different_ones() -> None:
    assert len({*choose_ports("free").values()}) == len(PORTS)


def test_a_taken_port_is_named_with_the_way_out(taken: int) -> None:
    with pytest.raises(CouldNot, match=rf"port {taken} \(intake\) is taken: .+ --free-ports"):
        choose_ports("known")


def test_a_stack_that_may_takes_free_ports_instead(taken: int) -> None:
    chosen = choose_ports("known-or-free")
    assert taken not in chosen.values()
    assert set(chosen) == set(PORTS)


def test_the_known_ports_are_taken_when_nobody_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    known = choose_ports("free")
    monkeypatch.setattr(addresses, "PORTS", known)
    assert choose_ports("known") == known
    assert choose_ports("known-or-free") == known

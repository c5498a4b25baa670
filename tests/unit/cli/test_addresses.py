"""Ports of the local stack: known ones, free ones, and what is said when one is taken."""

import socket
from collections.abc import Iterator

import pytest

from cli.local import addresses
from cli.local.addresses import HOST, PORTS, choose_ports
from cli.output import CouldNot


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

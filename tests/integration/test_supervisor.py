"""The supervisor restarts what dies, says what it cannot keep, and leaves no process behind."""

import os
import signal
import sys
from pathlib import Path
from typing import Final

import httpx
import pytest

from cli.servers.process import ServerUnavailableError, free_port
from cli.servers.supervisor import Service, Supervisor
from tests.support.processes import ENDINGS, eventually, is_running, run_parent

SLEEPER: Final = "import time; print('up', flush=True); time.sleep(600)"
# Ignores SIGTERM and has a child of its own: the worst that a service may be.
STUBBORN: Final = f"""
import pathlib, signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", {SLEEPER!r}])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
child.wait()
"""
SUPERVISING: Final = """
import json, pathlib, sys
from cli.servers.supervisor import Service, Supervisor
services = [Service(name, [sys.executable, "-c", sys.argv[2]], {}) for name in ("one", "two")]
with Supervisor(services, pathlib.Path(sys.argv[1])) as supervisor:
    print(json.dumps([supervisor.pid("one"), supervisor.pid("two")]), flush=True)
    supervisor.run_until_signal()
"""


def sleeper(name: str) -> Service:
    return Service(name, [sys.executable, "-c", SLEEPER], {})


def test_a_service_that_dies_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor([sleeper("one"), sleeper("two")], tmp_path, say=said.append) as supervisor:
        killed, other = supervisor.pid("one"), supervisor.pid("two")
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: supervisor.restarts("one") == 1)
        assert is_running(supervisor.pid("one"))
        assert supervisor.pid("one") != killed
        assert (supervisor.pid("two"), supervisor.restarts("two")) == (other, 0)
    assert any("one: ended with -9, restarting" in line for line in said)
    assert any(str(tmp_path / "one.log") in line for line in said)


def quiet(_text: str) -> None:
    """Say nothing."""


def test_ready_means_that_the_health_url_says_so(tmp_path: Path) -> None:
    port = free_port()
    serve = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    service = Service("served", serve, {}, f"http://127.0.0.1:{port}/")
    with Supervisor([service], tmp_path, say=quiet) as supervisor:
        supervisor.wait_ready(timeout=30)
        assert httpx.get(f"http://127.0.0.1:{port}/", timeout=60).status_code == httpx.codes.OK


def test_a_service_that_is_never_ready_is_named_with_its_log(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/status"
    never = Service("never", [sys.executable, "-c", SLEEPER], {}, url)
    with (
        Supervisor([never], tmp_path, say=quiet) as supervisor,
        pytest.raises(ServerUnavailableError, match=r"never: not ready within 1 s; .*never\.log"),
    ):
        supervisor.wait_ready(timeout=1)


def test_a_service_that_keeps_dying_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    said: list[str] = []
    doomed = Service("doomed", [sys.executable, "-c", "raise SystemExit('no key')"], {})
    with Supervisor([doomed], tmp_path, quick_deaths=3, say=said.append) as supervisor:
        with pytest.raises(
            ServerUnavailableError, match=r"given up after 3 quick deaths.*\n.*no key"
        ):
            supervisor.run_until_signal()
        assert supervisor.restarts("doomed") == 2
    assert "doomed: ended 3 times in a row, given up" in said[-1]


def test_stopping_leaves_neither_a_stubborn_service_nor_its_children(tmp_path: Path) -> None:
    told = tmp_path / "grandchild"
    stubborn = Service("stubborn", [sys.executable, "-c", STUBBORN, str(told)], {})
    supervisor = Supervisor([stubborn, sleeper("meek")], tmp_path, say=quiet)
    supervisor.start()
    assert eventually(lambda: told.exists() and told.read_text() != "")
    pids = [supervisor.pid("stubborn"), supervisor.pid("meek"), int(told.read_text())]
    assert all(map(is_running, pids))
    supervisor.stop(patience=0.5)
    assert eventually(lambda: not any(map(is_running, pids)))
    assert supervisor.restarts("stubborn") == 0


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_service_outlives_its_supervisor(tmp_path: Path, ending: signal.Signals) -> None:
    parent, children = run_parent(SUPERVISING, str(tmp_path), SLEEPER)
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    assert eventually(lambda: all(log.read_text() == "up\n" for log in logs))
    assert all(map(is_running, children))
    parent.send_signal(ending)
    parent.wait(timeout=30)
    assert eventually(lambda: not any(map(is_running, children)))

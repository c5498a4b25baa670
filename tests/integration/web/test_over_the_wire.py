"""What only a real server shows: endless bodies, broken requests, connections that stay usable."""

import json
import resource
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.integration.web.conftest import PATIENCE, Served
from tests.unit.web.sample import REGISTRATION

MIB = 1 << 20
NDJSON = {"content-type": "application/x-ndjson"}


def exchanged(served: Served, request: bytes, *, endless: bytes = b"") -> bytes:
    """The first answer to raw bytes; `endless` is sent again and again until the server is done."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        if endless:
            threading.Thread(target=_flood, args=(connection, endless), daemon=True).start()
        return connection.recv(65536)


def _flood(connection: socket.socket, chunk: bytes) -> None:
    try:
        for _ in range(100):
            connection.sendall(chunk)
    except OSError:
        return  # the server has closed: what is tested


def head(served: Served, *lines: str) -> bytes:
    token = served.service.token()
    fixed = ("POST /v1/persons HTTP/1.1", "host: x", f"authorization: Bearer {token}",
             "idempotency-key: wire", "content-type: application/json")  # fmt: skip
    return "\r\n".join((*fixed, *lines, "", "")).encode()


def test_a_chunked_body_without_end_is_413_and_is_not_kept(served: Served) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    chunk = f"{MIB:x}\r\n".encode() + b" " * MIB + b"\r\n"
    answer = exchanged(served, head(served, "transfer-encoding: chunked"), endless=chunk)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * 1024 < 30 * MIB


def test_a_body_that_says_it_has_10_mib_is_413_before_it_is_sent(served: Served) -> None:
    answer = exchanged(served, head(served, f"content-length: {10 * MIB}"))
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_client_that_leaves_in_the_middle_harms_nobody(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as connection:
        connection.sendall(head(served, "content-length: 1000") + b'{"commitment": ')
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:
        assert client.get("/livez").status_code == 200


def test_bytes_that_are_no_request_are_400(served: Served) -> None:
    assert exchanged(served, b"\x16\x03\x01 not http\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_a_connection_goes_on_after_a_refusal(served: Served) -> None:
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:
        headers = {"authorization": f"Bearer {served.service.token()}", "idempotency-key": "on"}
        refused = client.post("/v1/persons", content=b"{", headers=headers)
        done = client.post("/v1/persons", json=REGISTRATION, headers=headers)
    assert (refused.status_code, done.status_code) == (415, 201)


def test_one_key_sent_sixteen_times_at_once_is_carried_out_once(served: Served) -> None:
    headers = {"authorization": f"Bearer {served.service.token()}", "idempotency-key": "once"}

    def send(_number: int) -> tuple[int, str]:
        url = f"{served.url}/v1/persons"
        response = httpx.post(url, json=REGISTRATION, headers=headers, timeout=PATIENCE)
        return response.status_code, json.dumps(response.json())

    with ThreadPoolExecutor(16) as pool:
        answers = {*pool.map(send, range(16))}
    assert len(answers) == 1
    assert answers.pop()[0] == 201


def test_ten_thousand_lines_are_answered_to_who_sends_them_all_before_reading(
    served: Served,
) -> None:
    """Megabytes of answers wait until the last line has been sent."""
    lines = b"".join(
        b'{"idempotency_key":"many-%d","body":{"commitment":"%s"}}\n' % (number, b"c" * 64)
        for number in range(10_000)
    )
    head = (
        "POST /v1/persons:batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\n"
        f"authorization: Bearer {served.service.token()}\r\nconnection: close\r\n"
        f"content-length: {len(lines)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as connection:
        connection.sendall(head.encode() + lines)
        answered = b"".join(iter(lambda: connection.recv(1 << 20), b""))
    assert answered.startswith(b"HTTP/1.1 200 ")
    assert answered.count(b'"status":201') == 10_000
    assert answered.endswith(b"0\r\n\r\n")


def test_a_client_that_leaves_a_batch_has_recorded_no_half_line(served: Served) -> None:
    line = b'{"idempotency_key":"left","body":{"commitment":"%s"}}\n' % (b"d" * 64)
    half = line.replace(b"left", b"half")[:-10]
    head = (
        "POST /v1/persons:batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\n"
        f"authorization: Bearer {served.service.token()}\r\ncontent-length: 100000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as connection:
        connection.sendall(head.encode() + line + half)
        answered = b""
        while b'"status":201' not in answered:
            answered += connection.recv(65536)
    headers = {"authorization": f"Bearer {served.service.token()}", **NDJSON}
    url, content = f"{served.url}/v1/persons:batch", line + half + b'"}}\n'
    again = httpx.post(url, content=content, headers=headers, timeout=PATIENCE)
    first, second = again.content.splitlines()
    assert b'"status":201' in first
    assert b'"status":400' in second

"""A web server on loopback that has certain files and nothing else: a node as others see it."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class _Files(BaseHTTPRequestHandler):
    """Answers what it has, 404 to the rest; a number among the files is a status."""

    files: ClassVar[Mapping[str, bytes | int]] = {}

    def do_GET(self) -> None:
        found = self.files.get(self.path.removeprefix("/"), 404)
        status, body = (found, b"") if isinstance(found, int) else (200, found)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(files: Mapping[str, bytes | int]) -> Iterator[str]:
    """The address of a server that has these files, by their path."""
    handler = type("Handler", (_Files,), {"files": files, "protocol_version": "HTTP/1.1"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

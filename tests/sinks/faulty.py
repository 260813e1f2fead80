"""A real HTTP server before a real Elasticsearch, which lets everything through but what the script spoils."""

from __future__ import annotations

import http.client
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import orjson

Answer = tuple[int, bytes]
Forward = Callable[[], Answer]
Fault = Callable[[Forward], Answer | None]
"""Gets the way to the real server; gives the answer, or None to cut the connection without one."""


def answering(
    status: int, body: bytes = b'{"error":{"type":"es_rejected_execution_exception","reason":"busy"}}'
) -> Fault:
    return lambda forward: (status, body)


def cut(_forward: Forward) -> Answer | None:
    return None


def losing_the_answer(forward: Forward) -> Answer | None:
    forward()
    return None


def hanging(seconds: float) -> Fault:
    def hang(_forward: Forward) -> Answer | None:
        time.sleep(seconds)
        return None

    return hang


def refusing_items(status: int, every: int) -> Fault:
    """The real answer, in which each `every`-th item says `status`, as if it had not been written."""

    def spoil(forward: Forward) -> Answer:
        real, body = forward()
        answer = orjson.loads(body)
        for place, item in enumerate(answer.get("items", ())):
            if place % every == 0:
                item["index"] = {
                    "status": status,
                    "error": {"type": "es_rejected_execution_exception", "reason": "busy"},
                }
        return real, orjson.dumps(answer)

    return spoil


class FaultyElasticsearch:
    """`faults` are used up one a bulk; when none is left, everything goes through.

    `bulks` counts those that came, `taken` those that the real server has answered with success.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.faults: deque[Fault] = deque()
        self.bulks = 0
        self.taken = 0


@contextmanager
def before(elasticsearch_url: str) -> Iterator[FaultyElasticsearch]:
    """The proxy, serving while the block runs."""
    target = urlsplit(elasticsearch_url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))

            def forward() -> Answer:
                connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=60)
                headers = {
                    name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")
                }
                connection.request(self.command, self.path, body, headers)
                response = connection.getresponse()
                data = response.read()
                connection.close()
                if self.path.startswith("/_bulk") and response.status == 200:
                    proxy.taken += 1
                return response.status, data

            fault: Fault | None = None
            if self.path.startswith("/_bulk"):
                proxy.bulks += 1
                fault = proxy.faults.popleft() if proxy.faults else None
            answer: Answer | None = None
            with suppress(OSError, http.client.HTTPException):  # the real server is down: so is this one
                answer = forward() if fault is None else fault(forward)
            if answer is None:
                self.close_connection = True
                self.connection.close()
                return
            status, data = answer
            with suppress(OSError):  # whoever asked may have been killed
                self.send_response(status)
                self.send_header("content-type", "application/vnd.elasticsearch+json;compatible-with=8")
                self.send_header("x-elastic-product", "Elasticsearch")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy = FaultyElasticsearch(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

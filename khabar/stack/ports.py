"""Free ports on the loopback interface."""

from __future__ import annotations

import socket
from collections.abc import Iterable

LOOPBACK = "127.0.0.1"


def choose_ports(wanted: Iterable[int]) -> list[int]:
    """For each wanted port that port if it is free, else any free one (0: any). All differ.

    Another process can take one before the server does; the server then fails to bind and is started again.
    """
    held = [_bind(port) for port in wanted]
    ports = [int(listener.getsockname()[1]) for listener in held]
    for listener in held:
        listener.close()
    return ports


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # As the servers do, or a port whose last connections linger in TIME_WAIT would count as taken.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(1)
    except OSError:
        listener.bind((LOOPBACK, 0))
    return listener

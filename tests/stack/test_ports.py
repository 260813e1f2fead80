"""Which ports a server gets."""

from __future__ import annotations

import socket

from khabar.stack.ports import choose_ports


def test_ports_that_are_free_are_taken_as_wanted_and_others_replaced() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        taken = other.getsockname()[1]
        free = choose_ports([0])[0]
        chosen = choose_ports([free, taken, 0])

    assert chosen[0] == free
    assert taken not in chosen
    assert len(set(chosen)) == 3

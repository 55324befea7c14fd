import socket

import pytest

from tests import ports
from tests.ports import free_port


def test_a_port_is_not_given_out_again_soon() -> None:
    given = [free_port() for _ in range(200)]
    assert len(set(given)) == 200


def test_a_port_that_is_in_use_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        used = taken.getsockname()[1]
        monkeypatch.setattr(ports, "_mine", iter([used, used, free_port()]))
        assert free_port() != used


def test_no_connection_takes_one_by_chance() -> None:
    """The system gives out the port of a connection, and of a server that asks for any, from elsewhere."""
    mine = ports._share(0, 1)
    for _ in range(200):
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as call:
            assert server.getsockname()[1] not in mine
            assert call.getsockname()[1] not in mine


def test_processes_of_one_run_share_no_port() -> None:
    shares = [set(ports._share(worker, 4)) for worker in range(4)]
    assert sum(map(len, shares)) == len(set().union(*shares))
    assert min(map(len, shares)) > 1000

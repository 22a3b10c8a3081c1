"""Fixtures: a running server, and bare access to its API."""

import contextlib

import pytest

from harness.api import Api
from harness.server import BINARY, Server


def pytest_configure(config):
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is not there: build it, or name another in AXLLAMA_BINARY", 1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        servers = [v for v in getattr(item, "funcargs", {}).values() if isinstance(v, Server)]
        for server in {*servers, *getattr(item, "started_servers", [])}:
            report.sections.append((f"log of the server at {server.url}", server.log_tail()))
    return report


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def server(shared_server):
    """The server that most tests share. A test must leave it as it found it, and alive."""
    pid = shared_server.pid
    yield shared_server
    shared_server.check_running()
    assert shared_server.pid == pid


@pytest.fixture
def api(server):
    client = Api(server.url)
    yield client
    client.close()


@pytest.fixture
def make_server(request, tmp_path):
    """Starts servers of a test's own: make_server(OLLAMA_KEEP_ALIVE="1s")."""
    started = request.node.started_servers = []
    with contextlib.ExitStack() as at_end:

        def make(models=None, **env):
            server = Server(tmp_path / f"server{len(started)}", env, models)
            started.append(server)
            at_end.callback(server.stop)
            return server.start()

        yield make

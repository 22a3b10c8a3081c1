"""A stream that its client cuts at any byte leaves no work behind, in any dialect."""

import json
import random

import pytest

from harness.api import Api
from harness.sockets import connect
from harness.sprout import ENDLESS_CHAT, endless, make_endless
from harness.wait import until

BODIES = {
    "/api/chat": {"messages": ENDLESS_CHAT, "think": False},
    "/api/generate": endless(),
    "/v1/chat/completions": {"messages": ENDLESS_CHAT, "reasoning_effort": "none", "n": 2},
    "/v1/completions": {"prompt": ENDLESS_CHAT[0]["content"]},
    "/v1/responses": {"input": ENDLESS_CHAT, "reasoning": {"effort": "none"}},
    "/v1/messages": {"messages": ENDLESS_CHAT, "thinking": {"type": "disabled"},
                     "max_tokens": 100000},
}


@pytest.fixture(scope="module")
def endless_model(shared_server):
    api = Api(shared_server.url)
    yield make_endless(api)
    api.delete("/api/delete", {"model": "endless"})


def cut_after(server, path, body, count):
    """Asks, reads so many bytes of the answer and hangs up."""
    text = json.dumps(body).encode()
    with connect(server) as connection:
        connection.sendall(b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                           % (path.encode(), len(text)) + text)
        while count > 0:
            piece = connection.recv(min(count, 4096))
            assert piece, "the server has hung up"
            count -= len(piece)


@pytest.mark.parametrize("path", BODIES)
def test_a_stream_that_is_cut_anywhere_stops_the_model(server, endless_model, path):
    body = BODIES[path] | {"model": endless_model, "stream": True}
    rng = random.Random(path)
    # Every byte of the beginning, and some far in.
    for count in [*range(50), *(rng.randrange(50, 6000) for _ in range(6))]:
        cut_after(server, path, body, count)
        until(server.is_idle, f"the runner is idle after {count} bytes of {path}")


@pytest.mark.parametrize("path", BODIES)
def test_a_request_that_is_cut_leaves_nothing(server, endless_model, path):
    text = json.dumps(BODIES[path] | {"model": endless_model}).encode()
    rng = random.Random(path)
    for _ in range(3):
        with connect(server) as connection:
            head = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (
                path.encode(), len(text))
            sent = head + text
            connection.sendall(sent[:rng.randrange(1, len(sent))])
    until(server.is_idle, "nothing is left to do")

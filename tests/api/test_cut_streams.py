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


def read(connection, count):
    """Exactly so many bytes."""
    data = b""
    while len(data) < count:
        piece = connection.recv(min(count - len(data), 4096))
        assert piece, "the server has hung up"
        data += piece
    return data


def read_head(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += read(connection, 1)
    return head


def ask(connection, path, body):
    text = json.dumps(body).encode()
    connection.sendall(b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                       % (path.encode(), len(text)) + text)


def places(rng):
    """Bytes of the body: all of the beginning, then ever fewer."""
    place = 60
    yield from range(place)
    while place < 3000:
        yield place
        place += rng.randrange(place // 4, place)


@pytest.mark.parametrize("path", BODIES)
def test_a_stream_that_is_cut_in_its_head_stops_the_model(server, endless_model, path):
    body = BODIES[path] | {"model": endless_model, "stream": True}
    for count in 0, 1, 12, 60, 110:
        with connect(server) as connection:
            ask(connection, path, body)
            assert b"\r\n\r\n" not in read(connection, count)
        until(server.is_idle, f"the runner is idle after {count} bytes of the head of {path}")


@pytest.mark.parametrize("path", BODIES)
def test_a_stream_that_is_cut_anywhere_in_its_body_stops_the_model(server, endless_model, path):
    body = BODIES[path] | {"model": endless_model, "stream": True}
    for count in places(random.Random(path)):
        with connect(server) as connection:
            ask(connection, path, body)
            assert read_head(connection).startswith(b"HTTP/1.1 200 ")
            read(connection, count)
        until(server.is_idle, f"the runner is idle after {count} bytes of the body of {path}")


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

"""A stream that fails on our side, at whatever point, ends in its dialect's own form of an error."""

import json
import os
import signal

import anthropic
import ollama
import openai
import pytest

from harness import npu
from harness.api import Api
from harness.server import Server
from harness.sprout import make_endless
from harness.wait import until
from test_cut_streams import BODIES

EVENTS = range(1, 9)  # that came before


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("failing")).start()
    api = Api(server.url)
    make_endless(api)
    yield server, api
    api.close()
    server.stop()


def kill_runner(server):
    (runner,) = server.runners()
    os.kill(runner, signal.SIGKILL)


def is_error(path, lines):
    """Whether the last lines are what the dialect says of a failure."""
    if len(lines) < 2:
        return False
    if path.startswith("/api/"):
        return list(json.loads(lines[-1])) == ["error"]
    if path == "/v1/messages":
        event = json.loads(lines[-1].removeprefix("data: "))
        return lines[-2] == "event: error" and event["type"] == "error" and event["error"]["message"]
    if path == "/v1/responses":
        event = json.loads(lines[-1].removeprefix("data: "))
        return event["type"] == "response.failed" and event["response"]["error"]["message"]
    return lines[-1] == "data: [DONE]" and "error" in json.loads(lines[-2].removeprefix("data: "))


def is_event(path, line):
    return path.startswith("/api/") or line.startswith("data: ")


def read_until_failed(api, path, model, events, fail):
    """The lines of a stream that fails by `fail` after so many events."""
    body = BODIES[path] | {"model": model, "stream": True}
    with api.http.stream("POST", path, json=body) as response:
        assert response.status_code == 200
        seen, lines = [], (line for line in response.iter_lines() if line)
        while sum(is_event(path, line) for line in seen) < events:
            seen.append(next(lines))
        assert not is_error(path, seen)
        fail()
        return seen + list(lines)


@pytest.mark.parametrize("path", BODIES)
def test_a_stream_fails_in_its_own_form_after_any_event(own, path):
    server, api = own
    for events in EVENTS:
        seen = read_until_failed(api, path, "endless", events, lambda: kill_runner(server))
        assert is_error(path, seen), (events, seen[-3:])
        until(lambda: not server.runners(), "the runner is gone")


@pytest.fixture(scope="module")
def with_card(tmp_path_factory):
    """A server with a card, whose faults a control file sets, and a model on it without end."""
    folder = tmp_path_factory.mktemp("card")
    card = npu.Card(folder)
    server = Server(folder / "server", {"XDG_CACHE_HOME": str(folder / "cache"),
                                        "AXLLAMA_PARK": "0"} | card.env).start()
    npu.create(server, "npu", npu.pack(folder / "packed"))
    api = Api(server.url)
    make_endless(api, "npu")
    yield card, api
    api.close()
    server.stop()


@pytest.mark.skipif(not npu.IS_BUILT, reason=npu.WHY_NOT)
@pytest.mark.parametrize("path", BODIES)
def test_a_card_that_fails_ends_a_stream_in_its_own_form(with_card, path):
    card, api = with_card
    for events in 1, 3, 8:
        seen = read_until_failed(api, path, "endless", events,
                                 lambda: card.set(execute_timeout_at=5))
        card.set()
        assert is_error(path, seen), (events, seen[-3:])
        assert "0x8030" in "".join(seen[-2:]), seen[-2:]  # what the card said


def ask_ollama(server):
    return ollama.Client(host=server.url).chat("endless", BODIES["/api/chat"]["messages"],
                                               think=False, stream=True)


def ask_openai(server):
    client = openai.OpenAI(base_url=f"{server.url}/v1", api_key="x", max_retries=0)
    return client.chat.completions.create(model="endless", stream=True, reasoning_effort="none",
                                          messages=BODIES["/api/chat"]["messages"])


def ask_anthropic(server):
    client = anthropic.Anthropic(base_url=server.url, api_key="x", max_retries=0)
    return client.messages.create(model="endless", stream=True, max_tokens=100000,
                                  thinking={"type": "disabled"},
                                  messages=BODIES["/api/chat"]["messages"])


@pytest.mark.parametrize("ask, error", [
    (ask_ollama, ollama.ResponseError), (ask_openai, openai.APIError),
    (ask_anthropic, anthropic.APIError),
])
def test_an_official_client_raises_whenever_it_fails(own, ask, error):
    server, _ = own
    for point in (1, 2, 5, 9):
        with pytest.raises(error):
            for number, _ in enumerate(ask(server), 1):
                if number == point:
                    kill_runner(server)
        until(lambda: not server.runners(), "the runner is gone")

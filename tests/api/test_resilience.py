"""Deaths, crowds and clients that leave."""

import asyncio
import hashlib
import os
import resource
import signal
import socket
import threading

import httpx
import pytest

from harness import processes
from harness.api import Api, expect_error
from harness.server import ROOT
from harness.sprout import GREEDY, NAME, endless
from harness.wait import PATIENCE, until

SECOND = ROOT / "models/sprout/sprout-f16.gguf"
DIED = "an error was encountered while running the model: "
SANITIZED = any(word in os.environ.get("AXLLAMA_BINARY", "") for word in ("asan", "tsan"))


@pytest.fixture
def own(make_server):
    return make_server()


@pytest.fixture
def api(own):
    return Api(own.url)


def add_second_model(api):
    """A model of other weights, so that loading it means unloading Sprout."""
    digest = "sha256:" + hashlib.sha256(SECOND.read_bytes()).hexdigest()
    assert api.post(f"/api/blobs/{digest}", SECOND.read_bytes()).status_code in (200, 201)
    api.answer("/api/create", {"model": "second", "files": {"second.gguf": digest}})


def kill_runner(server):
    (runner,) = until(server.runners, "a runner is there")
    os.kill(runner, signal.SIGKILL)
    return runner


class Reader(threading.Thread):
    """Reads one streamed answer in the background."""

    def __init__(self, url, body):
        super().__init__(daemon=True)
        self.api, self.body = Api(url), body
        self.objects, self.status = [], None
        self.began, self.leaving = threading.Event(), threading.Event()
        self.start()

    def run(self):
        with self.api.open("/api/generate", self.body) as (response, objects):
            self.status = response.status_code
            for one in objects:
                self.objects.append(one)
                self.began.set()
                if self.leaving.is_set():
                    return

    def leave(self):
        """Hangs up in the middle of the answer."""
        self.leaving.set()
        self.finish()

    def finish(self):
        self.join(60 * PATIENCE)
        assert not self.is_alive()
        return self.objects

    def await_first(self):
        assert self.began.wait(30 * PATIENCE)
        return self


@pytest.mark.smoke
def test_a_killed_runner_ends_the_stream_with_an_error_and_a_new_one_serves(api, own):
    with api.open("/api/generate", endless()) as (response, objects):
        assert response.status_code == 200
        first = next(objects)
        assert first["response"]
        killed = kill_runner(own)
        *pieces, last = objects
    assert list(last) == ["error"]
    assert last["error"].startswith(DIED)
    assert all(piece["done"] is False for piece in pieces)
    assert "Paris" in api.generate("The capital of France is", options=GREEDY)["response"]
    assert killed not in own.runners()


def test_a_killed_runner_fails_a_whole_answer_with_500(api, own):
    answers = []
    body = endless(stream=False)
    asking = threading.Thread(target=lambda: answers.append(api.post("/api/generate", body)))
    asking.start()
    until(lambda: own.runners() and not own.is_idle(), "it generates")
    kill_runner(own)
    asking.join(30 * PATIENCE)
    (answer,) = answers
    assert answer.status_code == 500
    assert answer.json()["error"].startswith("model runner has unexpectedly stopped")
    assert api.generate("Hello!", options=GREEDY)["done"]


@pytest.mark.smoke
def test_a_runner_killed_while_idle_is_not_noticed_by_clients(api, own):
    api.generate("Hello!", options=GREEDY)
    kill_runner(own)
    until(lambda: not own.runners(), "the runner is gone")
    assert api.generate("Hello!", options=GREEDY)["done"]


@pytest.mark.smoke
def test_runners_end_when_the_server_is_killed(own):
    api = Api(own.url)
    with api.open("/api/generate", endless()) as (_, objects):
        next(objects)
        assert own.runners()
        own.signal(signal.SIGKILL)
        own.wait()
        until(lambda: not own.processes(), "no process of the server is left")


@pytest.mark.smoke
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_everything_cleanly(own, number):
    reader = Reader(own.url, endless())
    reader.await_first()
    own.signal(number)
    assert own.wait() == 0
    until(lambda: not own.processes(), "no process of the server is left")
    assert not [path for path in own.runtime.rglob("*") if path.is_socket()]


@pytest.mark.smoke
def test_a_stopped_runner_does_not_stop_the_server(api, own):
    reader = Reader(own.url, endless(200))
    reader.await_first()
    (runner,) = own.runners()
    os.kill(runner, signal.SIGSTOP)
    try:
        assert api.get("/").text == "Ollama is running"
        assert NAME in api.tags() and NAME in api.ps()
    finally:
        os.kill(runner, signal.SIGCONT)
    assert reader.finish()[-1]["done"]


def test_a_full_queue_answers_503(make_server):
    server = make_server(OLLAMA_MAX_QUEUE="2")
    api = Api(server.url)
    add_second_model(api)
    busy = Reader(server.url, endless())
    busy.await_first()

    async def ask_for_the_other(client):
        return await client.post("/api/generate", json={
            "model": "second", "prompt": "Hello!", "stream": False, "options": GREEDY})

    async def crowd():
        async with httpx.AsyncClient(base_url=server.url, timeout=60 * PATIENCE) as client:
            refused = set()
            waiting = {asyncio.create_task(ask_for_the_other(client)) for _ in range(8)}
            while len(refused) < 5:
                more, waiting = await asyncio.wait(waiting, timeout=10 * PATIENCE,
                                                   return_when=asyncio.FIRST_COMPLETED)
                assert more, f"{len(refused)} of 8 were refused"
                refused |= more
            await asyncio.to_thread(busy.leave)
            return [one.result() for one in refused], [await one for one in waiting]

    refused, served = asyncio.run(crowd())
    for answer in refused:
        expect_error(answer, 503,
                     "server busy, please try again.  maximum pending requests exceeded")
    assert [answer.status_code for answer in served] == [200] * len(served)
    assert 2 <= len(served) <= 3


@pytest.mark.smoke
def test_a_client_that_leaves_the_queue_is_forgotten(api, own):
    add_second_model(api)
    with api.open("/api/generate", endless()) as (_, objects):
        next(objects)
        waiting = send_and_keep_open(own, b'{"model":"second","prompt":"Hello!"}')
        waiting.close()
        next(objects)
    until(own.is_idle, "nobody generates")
    assert list(api.ps()) == [NAME]


def send_and_keep_open(server, body):
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(b"POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
                       b"\r\n%s" % (len(body), body))
    return connection


def test_clients_that_leave_at_any_moment_leave_nothing_behind(api, own):
    api.generate("Hello!", options=GREEDY)
    until(own.is_idle, "idle")
    files = processes.open_files(own.pid)
    body = b'{"model":"sprout","prompt":"Tell me a story."}'
    for n in range(30):
        if n % 10 == 0:
            api.unload()  # the next one leaves while the model is loading
        connection = send_and_keep_open(own, body)
        if n % 3 == 1:
            connection.recv(1)
        elif n % 3 == 2:
            connection.recv(2000)
        connection.close()
    until(own.is_idle, "nobody generates")
    until(lambda: processes.open_files(own.pid) <= files + 2, "no descriptor is left behind")
    assert api.generate("Hello!", options=GREEDY)["done"]


@pytest.mark.smoke
def test_switching_models_waits_for_the_answer_in_hand(api, own):
    add_second_model(api)
    first = Reader(own.url, endless(300))
    first.await_first()
    assert api.generate("Hello!", model="second", options=GREEDY)["done"]
    last = first.finish()[-1]
    assert (last["done_reason"], last["eval_count"]) == ("length", 300)
    assert list(api.ps()) == ["second:latest"]
    assert len(own.runners()) == 1


def test_two_names_of_one_model_share_a_runner(api, own):
    api.post("/api/copy", {"source": "sprout", "destination": "twin"})
    api.generate("Hello!", options=GREEDY)
    runner = own.runners()
    api.generate("Hello!", model="twin", options=GREEDY)
    assert own.runners() == runner


def test_unloading_lets_the_answer_in_hand_finish(api, own):
    reader = Reader(own.url, endless(300))
    reader.await_first()
    assert api.unload()["done_reason"] == "unload"
    assert reader.finish()[-1]["eval_count"] == 300
    until(lambda: not api.ps(), "ps is empty")


async def stream_once(client, n):
    pieces = 0
    body = {"model": "sprout", "prompt": f"Count to {2 + n % 11}.", "think": False,
            "options": GREEDY | {"num_predict": 16}}
    async with client.stream("POST", "/api/generate", json=body) as response:
        async for line in response.aiter_lines():
            pieces += 1
        return response.status_code, pieces, '"done":true' in line


@pytest.mark.smoke
@pytest.mark.parametrize("parallel", [1, 4])
def test_200_clients_stream_at_once(make_server, parallel):
    clients = 20 if SANITIZED else 200
    server = make_server(OLLAMA_NUM_PARALLEL=str(parallel))
    Api(server.url).generate("Hello!", options=GREEDY)
    before = processes.resident_bytes(server.pid)

    async def crowd():
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=server.url, timeout=100 * PATIENCE,
                                     limits=limits) as client:
            return await asyncio.gather(*(stream_once(client, n) for n in range(clients)))

    for status, pieces, done in asyncio.run(crowd()):
        assert status == 200 and done
        assert pieces >= 4
    after = processes.resident_bytes(server.pid)
    print(f"{clients} streams, {parallel} at a time: serve {before >> 10} -> {after >> 10} KiB")
    if not SANITIZED:
        assert after < before + (32 << 20)


def allow_open_files(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def test_1000_idle_connections_cost_next_to_nothing(own, api):
    allow_open_files(4096)
    api.get("/")
    before, files = processes.resident_bytes(own.pid), processes.open_files(own.pid)
    idle = [socket.create_connection(("127.0.0.1", own.port)) for _ in range(1000)]
    until(lambda: processes.open_files(own.pid) >= files + 1000, "all are accepted")
    during = processes.resident_bytes(own.pid)
    assert api.generate("Hello!", options=GREEDY)["done"]
    for connection in idle[::10]:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for connection in idle[::10]:
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")
    for connection in idle:
        connection.close()
    until(lambda: processes.open_files(own.pid) <= files + 4, "all are closed")
    print(f"1000 idle connections: serve {before >> 10} -> {during >> 10} KiB")
    if not SANITIZED:
        assert during < 2 * before

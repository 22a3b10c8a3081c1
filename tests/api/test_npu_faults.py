"""What becomes of requests, the server and the card when the card fails."""

import os
import signal
import threading
import time

import pytest

from harness import npu
from harness.api import Api
from harness.npu import Card
from harness.server import Server
from harness.sprout import GREEDY, endless
from harness.wait import PATIENCE, until

pytestmark = pytest.mark.skipif(not npu.IS_BUILT, reason=npu.WHY_NOT)

REBOOT = "axcl-smi reboot"
FRANCE = "The capital of France is"
LONG = "Tell me a story about a red fox and a blue bear. " * 30  # several chunks of a prompt
# Faults are to strike while the card works; what they leave behind has tests of its own.
TIDY = {"leak_on_kill": 0, "wedge_on_kill": 0}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("npu-store")
    server = Server(folder / "server", models=folder / "store").start()
    try:
        npu.create(server, "npu", npu.pack(folder / "packed"))
    finally:
        server.stop()
    return folder


class Rig:
    """A server, its client, and the card with its faults."""

    def __init__(self, make_server, store, folder, **env):
        self.card = Card(folder)
        # A cache of its own: what the card refuses here is remembered there. Nothing is parked, for
        # a fault must strike the request and not what is kept for later.
        self.server = make_server(store / "store", XDG_CACHE_HOME=str(folder / "cache"),
                                  AXLLAMA_PARK="0", **(self.card.env | env))
        self.api = Api(self.server.url)

    def set(self, **faults):
        self.card.set(**(TIDY | faults))

    def ask(self, **fields):
        """The error of a request that must fail, and its status."""
        body = {"model": "npu", "prompt": FRANCE, "stream": False, "options": GREEDY} | fields
        answer = self.api.post("/api/generate", body)
        assert answer.status_code >= 500, answer.text
        assert list(answer.json()) == ["error"]
        return answer.json()["error"]

    def fails(self):
        body = {"model": "npu", "prompt": FRANCE, "stream": False, "options": GREEDY}
        answer = self.api.post("/api/generate", body)
        return answer.status_code >= 500 and list(answer.json()) == ["error"]

    def is_served(self):
        """The next request is answered, and quickly."""
        began = time.monotonic()
        assert "Paris" in self.api.generate(FRANCE, "npu", options=GREEDY)["response"]
        assert time.monotonic() - began < 8 * PATIENCE

    def leaves_nothing(self):
        for model in self.api.ps():
            self.api.unload(model)
        until(lambda: not self.server.runners(), "the runner is gone")
        self.card.until_free()

    def break_stream(self, **faults):
        """Begins an answer without end, breaks the card, and gives the error at the end."""
        with self.api.open("/api/generate", endless(model="npu")) as (response, objects):
            assert response.status_code == 200 and next(objects)["response"]
            self.set(**faults)
            *pieces, last = objects
        assert list(last) == ["error"]
        assert all(piece["done"] is False for piece in pieces)
        return last["error"]


@pytest.fixture
def rig(make_server, store, tmp_path):
    made = Rig(make_server, store, tmp_path)
    made.set()
    yield made
    made.api.close()


ENGINE_FAIL = "0x803007ff"
AT_LOAD = {
    "driver_absent": ({"driver_absent": 1}, ["driver is not there", "axcl_host"]),
    "card_absent": ({"card_absent": 1}, ["no card", "power supply"]),
    "load_fail_at": ({"load_fail_at": 3}, ["_l2_"]),
    "out_of_memory_at": ({"out_of_memory_at": 3_000_000}, ["memory"]),
    "heartbeat_lost_at": ({"heartbeat_lost_at": 30}, []),
    "SetDevice": ({"bad_return": "axclrtSetDevice:1:0x80300186"}, [REBOOT]),
    "CreateContext": ({"bad_return": "axclrtCreateContext:1:0x80300201"}, ["context"]),
    "EngineInit": ({"bad_return": "axclrtEngineInit:1:0x80300701"}, ["NPU"]),
    "LoadFromFile": ({"bad_return": "axclrtEngineLoadFromFile:2:0x80300709"}, ["_l1_", REBOOT]),
    "GetIOInfo": ({"bad_return": "axclrtEngineGetIOInfo:3:0x80300701"}, []),
    "EngineCreateContext": ({"bad_return": "axclrtEngineCreateContext:1:0x80300701"}, []),
    "CreateIO": ({"bad_return": "axclrtEngineCreateIO:4:0x80300701"}, []),
    "SetInputBuffer": ({"bad_return": "axclrtEngineSetInputBufferByIndex:1:0x80300701"}, []),
    "Malloc": ({"bad_return": "axclrtMalloc:5:0x80300507"}, ["out of card memory"]),
    "Memcpy": ({"bad_return": "axclrtMemcpy:1:0x80300581"}, []),
    "Execute": ({"bad_return": "axclrtEngineExecute:1:0x80300705"}, [REBOOT]),
}


@pytest.mark.parametrize("fault", AT_LOAD)
def test_a_load_that_fails_says_why_and_the_next_is_served(rig, fault):
    faults, words = AT_LOAD[fault]
    rig.set(**faults)
    error = rig.ask()
    for word in words:
        assert word in error
    rig.card.until_free()
    if fault == "heartbeat_lost_at":
        assert REBOOT in rig.ask()  # the card is dead until then
        rig.card.smi("reboot")
    rig.set()
    rig.is_served()
    rig.leaves_nothing()


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("path", ["/api/generate", "/api/chat", "/v1/chat/completions"])
def test_a_failed_load_has_the_dialects_form(rig, path, stream):
    rig.set(card_absent=1)
    body = {"model": "npu", "stream": stream} | (
        {"prompt": "Hi!"} if path.endswith("generate")
        else {"messages": [{"role": "user", "content": "Hi!"}]})
    answer = rig.api.post(path, body)
    assert answer.status_code == 503
    error = answer.json()["error"]
    if path.startswith("/v1"):
        assert error["type"] and error["code"] is None
        error = error["message"]
    assert "no card" in error and "power supply" in error


# The first run of a token is the first of its layers, the first of a chunk too.
WHILE_IT_WORKS = {
    "a run times out": {"execute_timeout_at": 9},
    "an Execute fails": {"bad_return": "axclrtEngineExecute:2:0x8030070c"},
    "a queued run fails": {"bad_return": "axclrtEngineExecuteAsync:11:0x8030070c"},
    "a synchronise fails": {"bad_return": "axclrtSynchronizeStreamWithTimeout:2:0x8030090c"},
    "a copy fails": {"bad_return": "axclrtMemcpy:3:0x8030040c"},
    "a binding fails": {"bad_return": "axclrtEngineSetOutputBufferByIndex:3:0x80300701"},
}


@pytest.mark.parametrize("fault", WHILE_IT_WORKS)
def test_a_fault_in_decode_ends_the_stream_and_the_next_request_is_served(rig, fault):
    if fault == "an Execute fails":
        rig.set(**{"async": 0})  # queued runs are the usual way
        rig.is_served()
    error = rig.break_stream(**WHILE_IT_WORKS[fault])
    assert "0x8030" in error
    rig.set()
    rig.is_served()
    assert rig.api.ps()["npu:latest"]
    rig.leaves_nothing()


@pytest.mark.parametrize("fault", ["a run times out", "an Execute fails", "a queued run fails",
                                   "a synchronise fails", "a copy fails"])
def test_a_fault_in_prefill_is_an_error_and_the_next_request_is_served(rig, fault):
    if fault == "an Execute fails":
        rig.set(**{"async": 0})
    rig.is_served()
    rig.set(**WHILE_IT_WORKS[fault])
    assert "0x8030" in rig.ask(prompt=LONG)
    rig.set()
    rig.is_served()
    rig.leaves_nothing()


def test_a_fault_in_the_middle_of_a_stream_has_openais_form(rig):
    body = {"model": "npu", "stream": True, "temperature": 0, "max_tokens": 2000,
            "messages": [{"role": "user", "content": "Tell me a story."}]}
    rig.is_served()
    rig.set(execute_timeout_at=80)  # past the prompt
    with rig.api.http.stream("POST", "/v1/chat/completions", json=body) as response:
        assert response.status_code == 200
        lines = [line for line in response.iter_lines() if line]
    assert '"content":' in lines[0]
    assert lines[-2].startswith('data: {"error":{"message":"') and "0x8030" in lines[-2]
    assert lines[-1] == "data: [DONE]"


def test_those_who_wait_in_the_runner_get_an_error_too(make_server, store, tmp_path):
    rig = Rig(make_server, store, tmp_path, OLLAMA_NUM_PARALLEL="1")
    answers = []

    def wait():
        body = {"model": "npu", "prompt": FRANCE, "stream": False, "options": GREEDY}
        with_own = Api(rig.server.url)
        answers.append(with_own.post("/api/generate", body))
        with_own.close()

    waiting = [threading.Thread(target=wait) for _ in range(3)]
    with rig.api.open("/api/generate", endless(model="npu")) as (_, objects):
        next(objects)
        for one in waiting:
            one.start()
        until(lambda: [h for h in rig.server.runner_health() if h["queued"] == 3], "3 wait")
        rig.set(execute_timeout_at=5)
        assert list(list(objects)[-1]) == ["error"]
    for one in waiting:
        one.join(30 * PATIENCE)
    assert [answer.status_code >= 500 for answer in answers] == [True] * 3
    rig.set()
    rig.is_served()
    rig.leaves_nothing()
    rig.api.close()


DEATHS = {
    "the heartbeat is lost": {"heartbeat_lost_at": 3},
    "the card is pulled": {"card_absent": 1},
    "it gets too hot": {"temperature": 100000, "temperature_ramp": 200000},
}


@pytest.mark.parametrize("when", ["in decode", "while idle"])
@pytest.mark.parametrize("death", DEATHS)
def test_a_dead_card_is_told_of_until_it_is_rebooted(rig, death, when):
    rig.is_served()
    if when == "in decode":
        rig.break_stream(**DEATHS[death])
    else:
        rig.set(**DEATHS[death])
        until(rig.fails, "a request fails")
    until(rig.card.is_lost, "the card is dead")
    if death != "the card is pulled":
        rig.set()
        assert REBOOT in rig.ask()
    else:
        assert "no card" in rig.ask()
        rig.set()
    rig.card.smi("reboot")
    rig.is_served()
    rig.leaves_nothing()


def test_a_reboot_behind_the_servers_back_costs_one_request_at_most(rig):
    rig.is_served()
    rig.card.smi("reboot")
    assert "0x8030" in rig.ask()
    rig.is_served()
    rig.leaves_nothing()


def test_a_slow_load_that_goes_on_is_waited_for(make_server, store, tmp_path):
    rig = Rig(make_server, store, tmp_path, OLLAMA_LOAD_TIMEOUT="1s")
    rig.set(slow_load="400ms")  # for each of seven files
    rig.is_served()
    rig.api.close()


def test_a_load_that_hangs_is_given_up_but_its_runner_is_not_killed(make_server, store, tmp_path):
    rig = Rig(make_server, store, tmp_path, OLLAMA_LOAD_TIMEOUT="1s")
    rig.set(load_hang=1)
    error = rig.ask()
    assert "timed out" in error and REBOOT in error
    (hanging,) = rig.server.runners()
    assert rig.card.holders()
    # The CPU's models are not concerned, once the place is given free.
    assert "Paris" in rig.api.generate(FRANCE, options=GREEDY)["response"]
    assert hanging in rig.server.runners()
    rig.set()
    until(lambda: hanging not in rig.server.runners(), "it ends by itself")
    log = rig.server.log_path.read_text()
    assert "still answers" in log and "killing it" not in log
    rig.card.until_free()
    rig.is_served()
    rig.api.close()


def test_a_runner_that_hangs_for_ever_is_killed_at_last(make_server, store, tmp_path):
    rig = Rig(make_server, store, tmp_path, OLLAMA_LOAD_TIMEOUT="1s", AXLLAMA_END_TIMEOUT="2s")
    rig.set(load_hang=1)
    assert "timed out" in rig.ask()
    until(lambda: not rig.server.runners(), "it is ended", 20)
    rig.set()
    rig.card.until_free()
    rig.is_served()
    rig.api.close()


def test_a_runner_that_answers_no_more_is_killed(make_server, store, tmp_path):
    rig = Rig(make_server, store, tmp_path)
    rig.set()
    rig.is_served()
    (stopped,) = rig.server.runners()
    os.kill(stopped, signal.SIGSTOP)
    assert rig.api.unload("npu")["done_reason"] == "unload"
    until(lambda: stopped not in rig.server.runners(), "it is killed", 20)
    assert "nor does it answer: killing it" in rig.server.log_path.read_text()
    rig.is_served()
    rig.api.close()


def test_a_client_that_leaves_a_hanging_load_leaves_no_trace(rig):
    rig.set(load_hang=1)
    with pytest.raises(Exception, match="timed out"):
        rig.api.http.post("/api/generate", json={"model": "npu", "prompt": "Hi!"}, timeout=1)
    (runner,) = rig.server.runners()
    rig.set()
    until(lambda: runner not in rig.server.runners(), "its runner ends")
    rig.card.until_free()
    rig.is_served()


def test_a_server_that_ends_waits_for_a_call_to_the_card(rig):
    rig.set(load_hang=1)
    body = {"model": "npu", "prompt": "Hi!"}
    asking = threading.Thread(target=lambda: rig.api.post("/api/generate", body))
    asking.start()
    until(rig.card.holders, "it loads")
    rig.server.signal(signal.SIGTERM)
    asking.join(10 * PATIENCE)
    assert rig.server.runners() and rig.server.process.poll() is None
    rig.set()
    assert rig.server.wait() == 0
    assert not rig.server.processes()
    rig.card.until_free()


def test_a_card_left_in_disorder_by_a_kill_is_told_of(rig):
    # On so slow a card nearly all of a token's time is a run.
    rig.card.set(leak_on_kill=1, wedge_on_kill=1, timing="real", bandwidth_gbs="0.2")
    rig.is_served()
    before = rig.card.used()
    wedged = False
    for _ in range(20):  # only a kill in the middle of a run leaves it so
        with rig.api.open("/api/generate", endless(model="npu")) as (_, objects):
            next(objects)
            (runner,) = rig.server.runners()
            os.kill(runner, signal.SIGKILL)
            assert list(list(objects)[-1]) == ["error"]
        answer = rig.api.post("/api/generate", {"model": "npu", "prompt": FRANCE, "stream": False,
                                                "options": GREEDY})
        wedged = answer.status_code >= 500
        if wedged:
            break
    assert wedged and REBOOT in answer.json()["error"]
    rig.card.smi("reboot")
    rig.is_served()
    assert rig.card.used() <= before


def test_memory_that_killed_programs_left_behind_is_told_of(make_server, store, tmp_path):
    rig = Rig(make_server, store, tmp_path, AXCL_STANDIN_CMM_TOTAL_KB="110000",
              AXCL_STANDIN_CMM_USED_KB="1000", AXCL_STANDIN_WEDGE_ON_KILL="0",
              AXCL_STANDIN_LEAK_ON_KILL="1")
    error = ""
    for _ in range(20):
        answer = rig.api.post("/api/generate", {"model": "npu", "prompt": FRANCE, "stream": False,
                                                "options": GREEDY})
        if answer.status_code != 200:
            error = answer.json()["error"]
            break
        (runner,) = rig.server.runners()
        os.kill(runner, signal.SIGKILL)
        until(lambda: not rig.server.runners(), "it is dead")
    assert "does not fit on the card" in error and REBOOT in error
    rig.card.smi("reboot")
    rig.is_served()
    rig.api.close()

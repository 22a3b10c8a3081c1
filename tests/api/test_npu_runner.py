"""The runner by hand, the progress of a load, and what is told of the card."""

import json
import os
import pty
import re
import subprocess
import threading

import httpx
import pexpect
import pytest

from harness import npu
from harness.api import Api
from harness.cli import Cli
from harness.npu import CONTEXT, Card
from harness.server import BINARY, clean_environment, free_port
from harness.sprout import GREEDY
from harness.wait import PATIENCE, until

pytestmark = pytest.mark.skipif(not npu.IS_BUILT, reason=npu.WHY_NOT)

FRANCE = "The capital of France is"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return npu.pack(tmp_path_factory.mktemp("packed") / "sprout")


@pytest.fixture
def card(tmp_path):
    return Card(tmp_path)


class Runner:
    """`axllama runner` by hand, on a port of its own."""

    def __init__(self, folder, card, *options, **env):
        self.port = free_port()
        home = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
        self.process = subprocess.Popen(
            [BINARY, "runner", "--listen", f"127.0.0.1:{self.port}", *options],
            env=clean_environment(**(home | card.env | env)), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60 * PATIENCE,
                                 trust_env=False)

    def status(self):
        assert self.process.poll() is None, self.process.stdout.read()
        try:
            return self.http.get("/health").json()["status"]
        except httpx.TransportError:
            return None

    def lines(self, path, body):
        with self.http.stream("POST", path, json=body) as response:
            assert response.status_code == 200
            return [json.loads(line) for line in response.iter_lines() if line]

    def says(self, prompt):
        body = {"prompt": prompt, "settings": {"options": GREEDY}}
        events = self.lines("/generate", body)
        assert "done" in events[-1]
        return "".join(one["content"]["text"] for one in events if "content" in one)

    def stop(self):
        self.http.close()
        self.process.terminate()
        out, _ = self.process.communicate(timeout=20 * PATIENCE)
        return self.process.returncode, out


@pytest.fixture
def run_by_hand(tmp_path, card):
    started = []

    def run(*options, **env):
        started.append(Runner(tmp_path, card, *options, **env))
        until(started[-1].status, "the runner answers")
        return started[-1]

    yield run
    for runner in started:
        if runner.process.poll() is None:
            runner.process.kill()
            runner.process.wait()


def test_a_runner_by_hand_loads_what_it_is_told_and_knows_paris(run_by_hand, card, folder):
    runner = run_by_hand()
    assert runner.status() == "empty" and not card.state.exists()
    card.set(slow_load="100ms")  # for each of seven files: none is passed over in the telling
    *shares, last = runner.lines("/load", {"model": str(folder)})
    shares = [line["share"] for line in shares]
    assert shares == sorted(shares) and len(shares) > 5 and 0.7 < shares[-1] <= 1
    assert (last["ready"]["engine"], last["ready"]["context"]) == ("axcl", CONTEXT)
    assert runner.status() == "ready"
    assert runner.says(FRANCE).startswith(" Paris")
    assert list(card.holders()) == [runner.process.pid]
    assert runner.stop()[0] == 0
    assert not card.holders()


def test_a_runner_by_hand_with_a_model_knows_paris_too(run_by_hand, card, folder):
    runner = run_by_hand("--model", str(folder))
    until(lambda: runner.status() == "ready", "the model is loaded")
    assert runner.says(FRANCE).startswith(" Paris")
    assert runner.stop()[0] == 0
    assert not card.holders()


def test_a_runner_by_hand_whose_card_failed_says_so_and_gives_it_back(run_by_hand, card, folder):
    runner = run_by_hand("--model", str(folder))
    until(lambda: runner.status() == "ready", "the model is loaded")
    card.set(execute_timeout_at=3)
    body = {"prompt": FRANCE, "settings": {"options": GREEDY}}
    assert "0x8030" in runner.lines("/generate", body)[-1]["failed"]["error"]["message"]
    assert runner.status() == "broken"
    answer = runner.http.post("/generate", json=body)
    assert answer.status_code >= 500 and "0x8030" in answer.json()["error"]["message"]
    assert runner.stop()[0] == 0
    assert not card.holders()


@pytest.fixture
def own(make_server, card):
    return make_server(**card.env)


@pytest.fixture
def model(own, folder):
    return npu.create(own, "npu", folder)


@pytest.fixture
def api(own):
    client = Api(own.url)
    yield client
    client.close()


def test_the_command_line_knows_paris(own, model, api):
    cli = Cli(own)
    assert "Paris" in cli.ok("run", model, FRANCE)
    (row,) = [line for line in cli.ok("ps").splitlines() if line.startswith("npu:latest")]
    assert "100% NPU" in row and str(CONTEXT) in row


def test_ps_tells_the_memory_that_the_card_counts(own, model, api, card):
    api.generate("Hi!", model, options=GREEDY)
    (row,) = api.ps().values()
    (held,) = card.holders().values()
    assert row["size"] == row["size_vram"]
    assert 0.95 < row["size_vram"] / held <= 1.05


def test_a_longer_context_is_answered_with_the_compiled_one(own, model, api):
    api.generate("Hi!", model, options=GREEDY)
    runners = own.runners()
    for context in 4096, 1 << 20:
        said = api.generate("Hi!", model, options=GREEDY | {"num_ctx": context})
        assert said["done"] and own.runners() == runners
        assert api.ps()["npu:latest"]["context_length"] == CONTEXT
    info = api.answer("/api/show", {"model": model})["model_info"]
    assert info["qwen3.context_length"] == CONTEXT
    # A prompt that fills it ends there, whatever was asked for.
    said = api.generate("fox " * 3000, model, raw=True, options=GREEDY | {
        "num_ctx": 8192, "num_predict": 5})
    assert said["prompt_eval_count"] < CONTEXT


def test_ps_tells_how_far_a_load_is(own, model, api, card):
    card.set(slow_load="200ms")
    asking = threading.Thread(target=lambda: api.generate("Hi!", model, options=GREEDY))
    asking.start()
    seen = []

    def is_over():
        ps = httpx.get(f"{own.url}/api/ps", trust_env=False).json()
        if "loading" in ps:
            assert ps["models"] == []
            (row,) = ps["loading"]
            assert row["name"] == "npu:latest"
            seen.append(row["share"])
        return ps["models"]

    until(is_over, "it is loaded", 20)
    asking.join(30 * PATIENCE)
    assert len(set(seen)) > 3 and seen == sorted(seen) and seen[-1] <= 1
    assert list(api.get("/api/ps").json()) == ["models"]


def on_terminal(command, env, cwd):
    """Runs a command whose standard error is a terminal; its output, and what the terminal got."""
    ours, its = pty.openpty()
    process = subprocess.Popen(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=its, text=True)
    os.close(its)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        pass  # the terminal's other end is closed
    os.close(ours)
    out, _ = process.communicate(timeout=30 * PATIENCE)
    assert process.returncode == 0
    return out, shown.decode()


def test_run_shows_the_progress_of_a_load_on_a_terminal_only(own, model, api, card):
    card.set(slow_load="250ms")
    command = [BINARY, "run", model, FRANCE]
    out, shown = on_terminal(command, own.env | {"TERM": "xterm"}, own.folder)
    assert "Paris" in out
    percents = [int(number) for number in re.findall(r"loading npu:latest: (\d+)%", shown)]
    assert len(set(percents)) > 2 and percents == sorted(percents) and percents[-1] <= 100
    assert shown.endswith("\r\x1b[K")  # it is taken away again
    api.unload(model)
    assert "Paris" in Cli(own).ok("run", model, FRANCE)  # and says nothing there


def test_a_session_shows_the_progress_of_its_load(own, model, card):
    card.set(slow_load="250ms")
    child = pexpect.spawn(str(BINARY), ["run", model], env=own.env | {"TERM": "xterm"},
                          encoding="utf-8", dimensions=(24, 80), timeout=30 * PATIENCE)
    child.expect_exact(">>> ")
    percents = [int(number) for number in re.findall(r"loading npu:latest: (\d+)%", child.before)]
    assert len(set(percents)) > 2 and percents == sorted(percents) and percents[-1] <= 100
    child.close(force=True)

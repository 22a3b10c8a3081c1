"""Where a model runs: the build for the NPU beside the GGUF, --device, AXLLAMA_DEVICE, and what is
said when the card can't be used. On the stand-in card."""

import json
import subprocess

import pytest

from harness import npu
from harness.api import Api
from harness.cli import Cli
from harness.server import ROOT
from harness.sprout import GREEDY

CAPITAL = "The capital of France is"

pytestmark = pytest.mark.skipif(not npu.IS_BUILT, reason=npu.WHY_NOT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("packed") / "sprout-ax650"
    subprocess.run([npu.PACK, ROOT / "models/sprout/hf", made, "--tokenizer", "hf", "--chunk", "32",
                    "--context", "255"], check=True, capture_output=True)
    return made


class Machine:
    """A server with Sprout as GGUF and, beside it, compiled for the NPU."""

    def __init__(self, server, folder):
        self.server, self.cli, self.api = server, Cli(server), Api(server.url)
        modelfile = server.folder / "Modelfile"
        modelfile.write_text(f"FROM {folder}\nPARAMETER temperature 0\n")
        made = self.cli("create", "sprout:npu", "-f", str(modelfile))
        assert made.code == 0, made

    def loaded(self):
        return list(self.api.ps())


@pytest.fixture
def machine(make_server, folder, tmp_path):
    made = []

    def make(**env):
        library = {"AXLLAMA_AXCL_LIBRARY": str(npu.LIBRARY)}
        server = make_server(XDG_CACHE_HOME=str(tmp_path / "cache"), **(library | env))
        made.append(Machine(server, folder))
        return made[-1]

    yield make
    for one in made:
        one.api.close()


def test_a_machine_with_a_card_uses_it_unasked(machine):
    here = machine()
    assert "Paris" in here.cli.ok("run", "sprout", CAPITAL)
    assert here.loaded() == ["sprout:npu"]
    assert "100% NPU" in here.cli.ok("ps")
    # The other dialect, too.
    here.api.post("/v1/chat/completions", {"model": "sprout", "messages": [
        {"role": "user", "content": "Hi!"}]})
    assert here.loaded() == ["sprout:npu"]


def test_a_device_that_is_named_is_used(machine):
    here = machine()
    assert "Paris" in here.cli.ok("run", "--device", "cpu", "sprout", CAPITAL)
    assert here.loaded() == ["sprout:latest"]
    assert "100% CPU" in here.cli.ok("ps")
    assert "Paris" in here.cli.ok("run", "--device=npu", "sprout", CAPITAL)
    assert here.loaded() == ["sprout:npu"]
    assert "Paris" in here.cli.ok("run", "sprout", CAPITAL, env={"AXLLAMA_DEVICE": "cpu"})
    assert here.loaded() == ["sprout:latest"]


def test_a_card_is_counted_from_0(machine):
    here = machine(AXCL_STANDIN_CARDS="3,129")
    said = here.api.generate(CAPITAL, device="npu:1", options=GREEDY)
    assert "Paris" in said["response"]
    (row,) = here.api.ps().values()
    assert [device["device"] for device in row["axllama"]["devices"]] == ["AX650 129"]
    answer = here.api.post("/api/generate", {"model": "sprout", "prompt": "Hi!", "device": "npu:2"})
    assert answer.status_code == 404
    assert "there is no npu:2: 2 cards are connected" in answer.json()["error"]


def test_what_is_no_device_is_refused(machine):
    here = machine()
    for body in ({"prompt": "Hi!"}, {"messages": [{"role": "user", "content": "Hi!"}]}):
        route = "/api/chat" if "messages" in body else "/api/generate"
        answer = here.api.post(route, {"model": "sprout", "device": "gpu"} | body)
        assert (answer.status_code, answer.json()) == (400, {"error": 'invalid device "gpu"'})
    said = here.cli("run", "--device", "gpu", "sprout", "Hi!")
    assert said.code != 0 and 'invalid device "gpu"' in said.err and "npu:1" in said.err


def test_a_build_that_is_not_there_is_no_silent_fallback(machine):
    here = machine()
    said = here.cli("run", "--device", "cpu", "sprout:npu", "Hi!")
    assert said.code != 0 and "compiled for the NPU and can't run on the CPU" in said.err
    here.cli.ok("rm", "sprout:npu")
    said = here.cli("run", "--device", "npu", "sprout", "Hi!")
    assert said.code != 0 and "no build of sprout for the NPU" in said.err


@pytest.mark.parametrize("fault, why", [
    ({"AXCL_STANDIN_DRIVER_ABSENT": "1"}, "the card's driver is not there"),
    ({"AXCL_STANDIN_CARD_ABSENT": "1"}, "no card is connected"),
    ({"AXLLAMA_AXCL_LIBRARY": "/nowhere/libaxcl_rt.so"}, "/nowhere/libaxcl_rt.so"),
    ({"AXCL_STANDIN_CMM_TOTAL_KB": "30000"}, "does not fit on the card"),
])
def test_without_a_usable_card_it_says_why_and_runs_on_the_cpu(machine, fault, why):
    here = machine(**fault)
    said = here.cli("run", "sprout", CAPITAL)
    assert said.code == 0 and "Paris" in said.out
    assert said.err.startswith("Note: sprout:latest runs on the CPU") and why in said.err
    assert here.loaded() == ["sprout:latest"]
    # It is said each time, and the card is left alone meanwhile.
    answer = here.api.post("/api/generate", {"model": "sprout", "prompt": "Hi!", "stream": False})
    assert answer.status_code == 200 and why in answer.headers["axllama-notice"]
    # Who wants the NPU and nothing else gets the error itself.
    for model, device in ("sprout", "npu"), ("sprout:npu", None):
        body = {"model": model, "prompt": "Hi!", "stream": False}
        answer = here.api.post("/api/generate", body | ({"device": device} if device else {}))
        assert answer.status_code >= 500 and why in answer.json()["error"]


def test_both_builds_are_stopped_by_the_one_name(machine):
    here = machine()
    for device in "npu", "cpu":
        here.api.generate("Hi!", device=device)
        assert here.loaded()
        here.cli.ok("stop", "sprout")
        assert here.loaded() == []


def test_the_folders_own_defaults_hold(make_server, folder, tmp_path):
    own = tmp_path / "own"
    subprocess.run(["cp", "-r", folder, own], check=True)
    (own / "post_config.json").write_text(json.dumps({
        "enable_temperature": True, "temperature": 0.25, "enable_top_k_sampling": True,
        "top_k": 7, "enable_top_p_sampling": False, "top_p": 0.5}))
    config = json.loads((own / "config.json").read_text())
    (own / "config.json").write_text(json.dumps(config | {"system_prompt": "Be brief."}))
    server = make_server(AXLLAMA_AXCL_LIBRARY=str(npu.LIBRARY), XDG_CACHE_HOME=str(tmp_path / "cache"))
    api = Api(server.url)
    (server.folder / "Modelfile").write_text(f"FROM {own}\nPARAMETER top_k 9\n")
    assert Cli(server)("create", "own", "-f", str(server.folder / "Modelfile")).code == 0
    shown = api.answer("/api/show", {"model": "own"})
    assert shown["system"] == "Be brief."
    parameters = dict(line.split() for line in shown["parameters"].splitlines())
    assert parameters == {"top_k": "9", "temperature": "0.25"}
    api.close()


def test_ps_tells_what_the_card_agreed_to(machine):
    here = machine()
    here.api.generate("Hi!")
    (row,) = here.api.ps().values()
    ours = row["axllama"]
    assert ours["engine"] == "axcl"
    assert [shortcut["name"] for shortcut in ours["shortcuts"]] == [
        "shared_inputs", "one_upload", "kv_in_place", "chained_hidden", "async_chain",
        "async_chunks"]
    assert all(shortcut["on"] for shortcut in ours["shortcuts"])
    assert ours["driver"].startswith("V3.10.2")

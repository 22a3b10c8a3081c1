"""Sprout on the stand-in card says what it says on the CPU, however it is packed and driven.

Between layers activations are bf16 on the card and f32 on the CPU, so an answer could part from the
CPU's where two tokens are all but equally likely; none of these does. bench/npu_matrix.py asks
everything of every layout with every driver, and tells how nearly where answers part.
"""

import itertools
import json

import pytest

from harness import npu, same
from harness.api import Api
from harness.npu import LAYOUTS, PROFILES, Card
from harness.server import Server
from harness.sprout import GREEDY

pytestmark = pytest.mark.skipif(not npu.IS_BUILT, reason=npu.WHY_NOT)

PAIRS = list(itertools.product(LAYOUTS, PROFILES))


class Bench:
    """A server with Sprout in all layouts, and the CPU engine's answers."""

    def __init__(self, folder, models, **env):
        self.card = Card(folder)
        self.server = Server(folder, self.card.env | {"XDG_CACHE_HOME": str(folder)} | env, models)

    def start(self):
        self.api = Api(self.server.start().url)
        return self

    def stop(self):
        self.api.close()
        self.server.stop()

    def use(self, model, **settings):
        """The next request loads the model, on a card with these settings."""
        for loaded in self.api.ps():
            self.api.unload(loaded)
        self.card.until_free()
        self.card.set(**settings)
        return model


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("npu-same")
    made = Bench(folder, folder / "store").start()
    try:
        npu.create(made.server, "cpu", npu.F16)
        for layout in LAYOUTS:
            npu.create(made.server, layout, npu.pack(folder / layout, layout))
        made.selection = same.selection(made.api, "cpu")
        yield made
    finally:
        made.stop()


def test_a_hundred_prompts_get_the_cpu_engines_answers(bench):
    of_cpu = same.ask_all(bench.api, "cpu")
    assert same.partings(of_cpu, same.ask_all(bench.api, bench.use("flat"))) == []
    assert len({str(said.message) for said in of_cpu.values()}) > 60


@pytest.mark.parametrize("layout, profile", PAIRS)
def test_a_chat_tools_thinking_and_schemas_are_the_same(bench, layout, profile):
    model = bench.use(layout, profile=profile)
    wanted = dict(bench.selection)
    if layout == "top-k":
        for bound in same.BOUND:
            del wanted[bound]
    assert same.partings(wanted, same.selection(bench.api, model)) == []


def test_a_head_with_few_logits_keeps_to_a_form_too(bench):
    """Not to the same words: what is allowed may be none of the few."""
    seen = same.selection(bench.api, bench.use("top-k"))
    assert set(json.loads(seen["a schema"].message["content"])) == {"country", "capital", "sure"}


def test_the_selection_shows_what_it_should(bench):
    said = bench.selection
    assert "Clara" in said["turn 5"].message["content"]
    assert "Clara" in said["turn 10"].message["content"]
    (call,) = said["a tool"].message["tool_calls"]
    assert call["function"]["arguments"] == {"city": "Rome"}
    assert "windy" in said["its result"].message["content"]
    assert said["thinking"].message["thinking"]
    assert set(json.loads(said["a schema"].message["content"])) == {"country", "capital", "sure"}


@pytest.mark.parametrize("shortcuts", ["none", "shared_inputs,kv_in_place"])
def test_the_plain_path_says_the_same_to_the_last_bit(bench, tmp_path, shortcuts):
    def answers(api):
        answers = same.selection(api, "flat") | same.ask_all(api, "flat", same.PROMPTS[::10])
        return {question: (said.message, said.tokens, said.rivals)
                for question, said in answers.items()}

    bench.use("flat")
    fast = answers(bench.api)
    plain = Bench(tmp_path, bench.server.models, AXLLAMA_NPU_SHORTCUTS=shortcuts).start()
    try:
        assert answers(plain.api) == fast
        assert f"NPU shortcuts: {shortcuts}" in plain.server.log_path.read_text()
    finally:
        plain.stop()


def test_an_unknown_shortcut_is_told_with_those_there_are(bench, make_server):
    server = make_server(bench.server.models, AXLLAMA_NPU_SHORTCUTS="warp",
                         AXLLAMA_AXCL_LIBRARY=str(npu.LIBRARY))
    api = Api(server.url)
    answer = api.post("/api/generate", {"model": "flat", "prompt": "Hi!", "options": GREEDY})
    assert answer.status_code == 400
    assert "'warp'" in answer.json()["error"] and "async_chain" in answer.json()["error"]
    api.close()

"""Conversations that lose their slot wait in host memory and go on without being read again."""

import subprocess

import pytest

from harness.api import Api
from harness.cli import Cli
from harness.server import BINARY, ROOT
from harness.sprout import GREEDY

LIBRARY = BINARY.parent / "standin/libaxcl_rt.so"
PACK = BINARY.parent / "standin/axllama-pack"

# Of some length: what is short is not worth parking.
CLARA_SYSTEM = "Answer briefly and be kind to Clara, who lives in Lima and likes the sea. " * 3
FOX_SYSTEM = "Tell stories of foxes, hens and rivers to children who can't sleep at night. " * 3
CLARA = ["My name is Clara.", "What is the capital of France?", "What is 3 + 4?",
         "What is my name?"]
FOX = ["Tell me a story about a fox.", "Write a poem.", "What is the opposite of hot?", "Say hello."]


class Conversation:
    def __init__(self, api, model, system, questions):
        self.api, self.model, self.questions = api, model, list(questions)
        self.messages = [{"role": "system", "content": system}]

    def turn(self):
        self.messages.append({"role": "user", "content": self.questions.pop(0)})
        answer = self.api.chat(self.messages, self.model, think=False,
                               options=GREEDY | {"num_predict": 60})
        self.messages.append(answer["message"])
        return answer


def clara(api, model):
    return Conversation(api, model, CLARA_SYSTEM, CLARA)


def fox(api, model):
    return Conversation(api, model, FOX_SYSTEM, FOX)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if not LIBRARY.exists() or not PACK.exists():
        pytest.skip(f"the stand-in card is not built: {LIBRARY.parent}")
    made = tmp_path_factory.mktemp("packed") / "sprout-ax650"
    subprocess.run([PACK, ROOT / "models/sprout/hf", made, "--tokenizer", "hf", "--chunk", "128",
                    "--context", "1023"], check=True, capture_output=True)
    return made


@pytest.fixture(params=["cpu", "npu"])
def start(request, make_server, tmp_path):
    """Starts a server with one slot; gives it, its API and the name of the model."""
    clients = []

    def started(**env):
        env = {"OLLAMA_NUM_PARALLEL": "1"} | env
        if request.param == "npu":
            folder = request.getfixturevalue("folder")
            env |= {"AXLLAMA_AXCL_LIBRARY": str(LIBRARY), "XDG_CACHE_HOME": str(tmp_path / "cache")}
        server = make_server(**env)
        clients.append(Api(server.url))
        if request.param == "cpu":
            return server, clients[-1], "sprout"
        modelfile = server.folder / "Modelfile"
        modelfile.write_text(f"FROM {folder}\n")
        Cli(server).ok("create", "npu", "-f", str(modelfile))
        return server, clients[-1], "npu"

    yield started
    for client in clients:
        client.close()


def parked_bytes(server):
    (health,) = server.runner_health()
    return health["parked_bytes"]


def test_a_conversation_goes_on_after_another_as_if_there_had_been_none(start):
    server, api, model = start()
    alone = clara(api, model)
    undisturbed = [alone.turn() for _ in CLARA]
    assert parked_bytes(server) == 0
    api.unload(model)

    a, b = clara(api, model), fox(api, model)
    history = 0
    for want in undisturbed:
        answer = a.turn()
        assert answer["message"] == want["message"]
        assert answer["prompt_eval_cached_count"] == want["prompt_eval_cached_count"]
        # The template leaves out the empty thoughts of earlier answers, four tokens.
        assert answer["prompt_eval_cached_count"] >= history - 4
        history = answer["prompt_eval_count"]
        b.turn()
    assert parked_bytes(server) > 0


def test_without_a_budget_it_is_read_again(start):
    server, api, model = start(AXLLAMA_PARK="0")
    a, b = clara(api, model), fox(api, model)
    for _ in range(3):
        first = a.turn()
        b.turn()
    assert a.turn()["prompt_eval_cached_count"] < first["prompt_eval_count"] / 2
    assert parked_bytes(server) == 0


@pytest.mark.parametrize("start", ["cpu"], indirect=True)
def test_the_budget_is_kept(start):
    server, api, model = start(AXLLAMA_PARK="1MiB")
    for n in range(12):
        prompt = f"{n} green bottles hang on the wall. " * 12
        api.generate(prompt, model, raw=True, options=GREEDY | {"num_predict": 1})
        assert parked_bytes(server) <= 1 << 20
    assert parked_bytes(server) > 0


@pytest.mark.parametrize("start", ["cpu"], indirect=True)
def test_a_budget_that_is_no_size_is_logged_and_the_default_holds(start):
    server, api, model = start(AXLLAMA_PARK="lots")
    assert "AXLLAMA_PARK" in server.log_tail() and '"lots" is no size' in server.log_tail()
    a, b = clara(api, model), fox(api, model)
    for conversation in a, b, a, b:
        conversation.turn()
    assert parked_bytes(server) > 0


def test_a_runner_refuses_what_is_no_size():
    said = subprocess.run([BINARY, "runner", "--park", "lots"], capture_output=True, text=True)
    assert said.returncode != 0 and '"lots" is no size' in said.stderr


def test_help_tells_of_the_variable():
    said = subprocess.run([BINARY, "help"], capture_output=True, text=True)
    assert "AXLLAMA_PARK" in said.stdout

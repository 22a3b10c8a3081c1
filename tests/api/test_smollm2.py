"""A real language model, made from a Modelfile, token for token as llama.cpp's own server has it."""

import os

import pytest

from harness import smollm2
from harness.api import Api
from harness.cli import Cli
from harness.llama_server import BINARY, LlamaServer
from harness.server import Server

THREADS = max(1, min(4, (os.cpu_count() or 2) // 2))
MODELFILE = """\
FROM {weights}
PARAMETER num_ctx 2048
PARAMETER num_thread {threads}
SYSTEM You answer in one short sentence.
"""
PROMPTS = [
    "The capital of France is",
    "Once upon a time, in a small village by the sea,",
    "def fibonacci(n):\n    ",
    "The three states of matter are",
    "To make a cup of tea, first",
    "Water boils at a temperature of",
    "The quick brown fox",
    "In 1969, astronauts",
    "A list of colours: red,",
    "The opposite of hot is",
    "import numpy as np\n\n",
    "Dear Sir or Madam,\n\nI am writing to",
    "Q: What is the largest ocean on Earth?\nA:",
    "Photosynthesis is the process by which",
    "1, 1, 2, 3, 5, 8,",
    "Les langues parlées en Suisse sont",
    "The recipe needs two eggs, a cup of flour and",
    "She opened the door and saw",
    "Machine learning is",
    "\"To be, or not to be,",
]
QUESTIONS = [
    "What is the capital of Italy?",
    "Name a fruit that is yellow.",
    "How many legs does a spider have?",
    "Why do leaves fall in autumn?",
    "Write a line about the moon.",
]


@pytest.fixture(scope="module")
def weights():
    try:
        return smollm2.weights()
    except smollm2.NotToBeHad as why:
        if "CI" in os.environ:
            raise
        pytest.skip(f"SmolLM2 can't be downloaded: {why}")


@pytest.fixture(scope="module")
def server(weights, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("smollm2"))
    try:
        server.start()
        modelfile = server.folder / "Modelfile"
        modelfile.write_text(MODELFILE.format(weights=weights, threads=THREADS))
        made = Cli(server)("create", "smollm2", "-f", str(modelfile))
        assert made.code == 0, made
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def api(server):
    return Api(server.url, 120)


@pytest.fixture(scope="module")
def peer(weights, tmp_path_factory):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    peer = LlamaServer(weights, tmp_path_factory.mktemp("peer") / "log", THREADS, context=2048)
    yield peer.wait_ready()
    peer.stop()


def test_it_is_listed_with_what_it_is(api):
    details = api.tags()["smollm2:latest"]["details"]
    assert details["family"] == "llama"
    assert details["quantization_level"] == "Q4_1"
    assert details["parameter_size"] == "134.52M"
    shown = api.post("/api/show", {"model": "smollm2"}).json()
    assert shown["system"] == "You answer in one short sentence."
    assert shown["capabilities"] == ["completion"]
    assert "num_ctx                        2048" in shown["parameters"]


def test_it_answers_over_the_api(api):
    said = api.chat("What is the capital of Italy?", model="smollm2",
                    options={"temperature": 0, "num_predict": 48})
    assert "Rome" in said["message"]["content"]
    assert api.ps()["smollm2:latest"]["context_length"] == 2048


def test_it_does_not_think(api):
    answer = api.post("/api/chat", {"model": "smollm2", "think": True,
                                    "messages": [{"role": "user", "content": "Hi"}]})
    assert (answer.status_code, answer.json()["error"]) == (
        400, '"smollm2" does not support thinking')


def our_tokens(api, prompt, count):
    said = api.generate(prompt, model="smollm2", raw=True, logprobs=True,
                        options={"temperature": 0, "num_predict": count})
    return said["response"], [bytes(token["bytes"]) for token in said["logprobs"]]


def their_tokens(peer, prompt, count):
    said = peer.post("/completion", {"prompt": prompt, "temperature": 0, "n_predict": count,
                                     "n_probs": 1, "cache_prompt": False})
    tokens = [bytes(token["bytes"]) for token in said["completion_probabilities"]]
    return said["content"], tokens


@pytest.mark.parametrize("prompt", PROMPTS)
def test_greedy_tokens_are_those_of_llama_server(api, peer, prompt):
    ours, our_list = our_tokens(api, prompt, 48)
    theirs, their_list = their_tokens(peer, prompt, 48)
    assert our_list[:len(their_list)] == their_list[:len(our_list)]
    assert abs(len(our_list) - len(their_list)) <= 1  # the end token counts for one of us
    assert ours == theirs


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_those_of_llama_server(api, peer, question):
    messages = [{"role": "system", "content": "You answer in one short sentence."},
                {"role": "user", "content": question}]
    ours = api.chat(messages[1:], model="smollm2", options={"temperature": 0, "num_predict": 32})
    theirs = peer.post("/v1/chat/completions", {"messages": messages, "temperature": 0,
                                                "max_tokens": 32, "cache_prompt": False})
    assert ours["message"]["content"] == theirs["choices"][0]["message"]["content"]
    assert ours["prompt_eval_count"] == theirs["usage"]["prompt_tokens"]


def test_token_numbers_are_those_of_llama_server(api, peer):
    ours = api.generate("What is the capital of Italy?", model="smollm2",
                        options={"temperature": 0, "num_predict": 16})
    prompt = peer.post("/apply-template", {"messages": [
        {"role": "system", "content": "You answer in one short sentence."},
        {"role": "user", "content": "What is the capital of Italy?"}]})["prompt"]
    asked = peer.post("/tokenize", {"content": prompt, "add_special": True})["tokens"]
    said = peer.post("/completion", {"prompt": prompt, "temperature": 0, "n_predict": 16,
                                     "return_tokens": True, "cache_prompt": False})["tokens"]
    count = len(ours["context"])
    assert len(asked) < count
    assert ours["context"] == (asked + said)[:count]

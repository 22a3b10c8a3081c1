"""A folder compiled for the NPU on two stand-in cards: once on each, and split over both."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import npu
from harness.api import Api
from harness.server import ROOT
from harness.sprout import GREEDY

# In use from the start, what the engine leaves free, and three quarters of what Sprout needs.
TOO_SMALL_FOR_ONE_KB = 18_876 + 65_536 + 6_500

pytestmark = pytest.mark.skipif(not npu.IS_BUILT, reason=npu.WHY_NOT)

QUESTIONS = ["The capital of France is", "What is 3 + 4?", "Count to 5.", "Who are you?"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("packed") / "sprout-ax650"
    subprocess.run([npu.PACK, ROOT / "models/sprout/hf", made, "--tokenizer", "hf", "--chunk", "128",
                    "--context", "1023"], check=True, capture_output=True)
    return made


@pytest.fixture
def serve(make_server, tmp_path, folder):
    def start(**settings):
        server = make_server(AXLLAMA_AXCL_LIBRARY=str(npu.LIBRARY), OLLAMA_NUM_PARALLEL="2",
                             XDG_CACHE_HOME=str(tmp_path / "cache"), AXCL_STANDIN_CARDS="3,5",
                             **settings)
        npu.create(server, "npu", folder)
        return server

    return start


def answers(server):
    api = Api(server.url)
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda question: api.generate(question, "npu", options=GREEDY)
                             ["response"], QUESTIONS))
    api.close()
    return said


def test_a_model_too_large_for_one_card_says_the_same_split_over_two(serve):
    replicas, split = serve(), serve(AXCL_STANDIN_CMM_TOTAL_KB=str(TOO_SMALL_FOR_ONE_KB))
    said = answers(replicas)
    assert "Paris" in said[0]
    assert answers(split) == said
    log = replicas.log_path.read_text()
    assert "card 3: layers 0 to 5 and the head" in log
    assert "card 5: layers 0 to 5 and the head" in log
    log = split.log_path.read_text()
    assert "card 3: layers 0 to 2" in log or "card 3: layers 0 to 3" in log
    assert "to 5 and the head" in log and "card 5: layers 0" not in log


def test_a_model_too_large_for_both_is_refused_with_the_numbers(serve):
    server = serve(AXCL_STANDIN_CMM_TOTAL_KB=str(TOO_SMALL_FOR_ONE_KB - 5_000))
    api = Api(server.url)
    answer = api.post("/api/generate", {"model": "npu", "prompt": "Hi!"})
    api.close()
    assert answer.status_code >= 500
    assert "does not fit on the cards, nor split over them: it needs" in answer.json()["error"]

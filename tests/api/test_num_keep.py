"""num_keep: the first tokens of a conversation that stay when its context is full."""

import pytest

from harness.api import Api, expect_error
from harness.server import Server
from harness.sprout import ENDLESS_OPTIONS

PROMPT = "One red fox met two blue birds, three green frogs and a very old grey wolf in the wood."
CONTEXT = 64


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("keep"), {"AXLLAMA_PARK": "0"}).start()
    yield server
    server.stop()


@pytest.fixture
def own_api(own):
    api = Api(own.url)
    yield api
    api.close()


def ask(api, tokens, **options):
    return api.answer("/api/generate", {
        "model": "sprout", "prompt": PROMPT, "raw": True,
        "options": ENDLESS_OPTIONS | {"num_ctx": CONTEXT, "num_predict": tokens} | options})


def kept_by(api, **options):
    """How many first tokens of the prompt the context still begins with, after it was full."""
    said = ask(api, 3 * CONTEXT, **options)
    assert (said["eval_count"], said["done_reason"]) == (3 * CONTEXT, "length")
    return ask(api, 1)["prompt_eval_cached_count"]


@pytest.mark.parametrize("count", [1, 4, 5, 9, 17])
def test_a_shift_keeps_exactly_the_first_tokens(own_api, count):
    assert kept_by(own_api, num_keep=count) == count


def test_four_are_kept_unless_somebody_says_otherwise(own_api):
    assert kept_by(own_api) == kept_by(own_api, num_keep=None) == 4


def test_none_may_be_kept(own_api):
    assert kept_by(own_api, num_keep=0) == 0


@pytest.mark.parametrize("count", [-1, CONTEXT, 10**9, 2**63 - 1])
def test_the_whole_prompt_may_be_kept(own, own_api, count):
    kept = kept_by(own_api, num_keep=count)
    # The last token of a prompt is always evaluated.
    assert kept == len(own.tokens(PROMPT)) - 1


def test_a_number_with_a_point_is_cut_to_a_whole_one(own_api):
    assert kept_by(own_api, num_keep=7.9) == 7


@pytest.mark.parametrize("wrong", ["5", True, [5], {"n": 5}])
def test_what_is_no_number_is_refused(own_api, wrong):
    for path, more in ("/api/generate", {"prompt": "x"}), ("/api/chat", {"messages": [
            {"role": "user", "content": "x"}]}):
        answer = own_api.post(path, {"model": "sprout", "options": {"num_keep": wrong}} | more)
        expect_error(answer, 500, 'option "num_keep" must be of type integer')

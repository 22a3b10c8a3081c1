"""What the OpenAI dialect puts on the wire, and what only some of its clients use."""

import json
import os
import signal

import openai
import pydantic
import pytest

from harness.api import Api
from harness.sprout import ENDLESS_CHAT, GET_TIME, GET_WEATHER
from harness.wait import until

CAPITAL = [{"role": "user", "content": "What is the capital of France?"}]
PARIS = "The capital of France is Paris."
PLAIN = {"model": "sprout", "messages": CAPITAL, "temperature": 0, "reasoning_effort": "none"}


def openai_client(server):
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key="unused", max_retries=0)


@pytest.fixture
def client(server):
    with openai_client(server) as client:
        yield client


def ask(client, **fields):
    return client.chat.completions.create(**PLAIN | fields)


def expect_error(response, status, message, kind):
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json() == {
        "error": {"message": message, "type": kind, "param": None, "code": None}}


@pytest.mark.smoke
def test_a_stream_is_server_sent_events(api):
    answer = api.post("/v1/chat/completions",
                      PLAIN | {"stream": True, "stream_options": {"include_usage": True}})
    assert answer.headers["content-type"] == "text/event-stream"
    *events, done, rest = answer.text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    assert all(event.startswith("data: ") and "\n" not in event for event in events)
    chunks = [json.loads(event.removeprefix("data: ")) for event in events]
    *_, last, usage = chunks
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert ["role" in chunk["choices"][0]["delta"] for chunk in chunks[:2]] == [True, False]
    assert last["choices"] == [{"index": 0, "delta": {}, "finish_reason": "stop"}]
    assert usage["choices"] == [] and usage["usage"]["completion_tokens"] > 0
    assert not any("usage" in chunk for chunk in chunks[:-1])


@pytest.mark.smoke
def test_errors_have_openais_form(api):
    path = "/v1/chat/completions"
    expect_error(api.post(path, PLAIN | {"model": "nobody"}), 404, "model 'nobody' not found",
                 "not_found_error")
    expect_error(api.post(path, ""), 400, "missing request body", "invalid_request_error")
    expect_error(api.post(path, PLAIN | {"model": ""}), 400, "model is required",
                 "invalid_request_error")
    expect_error(api.post(path, PLAIN | {"stream": True, "model": "nobody"}), 404,
                 "model 'nobody' not found", "not_found_error")
    expect_error(api.get("/v1/models/nobody"), 404, "model 'nobody:latest' not found",
                 "not_found_error")
    expect_error(api.post("/v1/embeddings", {"model": "nobody", "input": "x"}), 404,
                 'model "nobody" not found, try pulling it first', "not_found_error")
    assert api.get(path).status_code == 405


def test_a_model_is_found_by_its_encoded_name(api):
    for name in ("sprout", "sprout%3Alatest", "registry.ollama.ai%2Flibrary%2Fsprout"):
        assert api.get(f"/v1/models/{name}").json()["owned_by"] == "library"


def test_a_store_without_models_is_an_empty_list(make_server):
    api = Api(make_server().url)
    assert api.delete("/api/delete", {"model": "sprout"}).status_code == 200
    assert api.get("/v1/models").json() == {"object": "list", "data": []}


def test_max_completion_tokens_limits_the_answer(client):
    answer = ask(client, max_completion_tokens=2)
    assert answer.choices[0].message.content == "The capital"
    assert answer.choices[0].finish_reason == "length"


def test_parts_of_a_message_and_the_developer_are_understood(client):
    messages = [{"role": "developer", "content": [{"type": "text", "text": "Be brief."}]},
                {"role": "user", "content": [{"type": "text", "text": CAPITAL[0]["content"]}]}]
    assert "Paris" in ask(client, messages=messages).choices[0].message.content


def test_logprobs_belong_to_the_tokens_of_the_answer(client):
    (choice,) = ask(client, logprobs=True, top_logprobs=2).choices
    tokens = choice.logprobs.content
    assert "".join(token.token for token in tokens) == choice.message.content == PARIS
    assert bytes(tokens[0].bytes).decode() == tokens[0].token
    for token in tokens:
        assert len(token.top_logprobs) == 2
        assert token.logprob == token.top_logprobs[0].logprob <= 0


def test_logprobs_of_a_completion_say_where_each_token_stands(client):
    answer = client.completions.create(model="sprout", prompt=CAPITAL[0]["content"], logprobs=1,
                                       temperature=0, max_tokens=64)
    (choice,) = answer.choices
    told = choice.logprobs
    spoken = [i for i, token in enumerate(told.tokens) if token in (" capital", " France")]
    assert len(spoken) == 2
    for i in spoken:
        assert choice.text[told.text_offset[i]:].startswith(told.tokens[i])
        assert told.top_logprobs[i] == {told.tokens[i]: told.token_logprobs[i]}


class City(pydantic.BaseModel):
    country: str
    capital: str


def test_an_answer_is_parsed_by_its_schema(client):
    question = {"role": "user", "content": "Answer in JSON: what is the capital of Peru?"}
    answer = client.chat.completions.parse(**PLAIN | {"messages": [question]},
                                           response_format=City)
    assert answer.choices[0].message.parsed == City(country="Peru", capital="Lima")


def test_the_clients_own_accumulator_takes_the_stream(client):
    with client.chat.completions.stream(**PLAIN, logprobs=True) as stream:
        kinds = {event.type for event in stream}
        assert stream.get_final_completion().choices[0].message.content == PARIS
    assert kinds == {"chunk", "content.delta", "content.done", "logprobs.content.delta",
                     "logprobs.content.done"}


def test_the_clients_own_accumulator_takes_tool_calls(client):
    question = {"role": "user", "content": "What is the weather in Lima?"}
    with client.chat.completions.stream(**PLAIN | {"messages": [question]},
                                        tools=[GET_WEATHER]) as stream:
        stream.until_done()
        (choice,) = stream.get_final_completion().choices
    (call,) = choice.message.tool_calls
    assert choice.finish_reason == "tool_calls"
    assert json.loads(call.function.arguments) == {"city": "Lima"}


STORY = [{"role": "user", "content": "Tell me a story."}]
WEATHER = [{"role": "user", "content": "What is the weather in Lima?"}]


@pytest.mark.smoke
def test_a_call_can_be_forced(client):
    one = {"type": "function", "function": {"name": "get_time"}}
    for choice, names in (("required", {"get_weather", "get_time"}), (one, {"get_time"})):
        (choice,) = ask(client, messages=STORY, tools=[GET_WEATHER, GET_TIME],
                        tool_choice=choice).choices
        assert choice.finish_reason == "tool_calls"
        assert {call.function.name for call in choice.message.tool_calls} <= names
        for call in choice.message.tool_calls:
            assert set(json.loads(call.function.arguments)) == {"city"}


def test_a_call_can_be_forced_after_thinking(client):
    (choice,) = ask(client, messages=STORY, tools=[GET_TIME], tool_choice="required",
                    reasoning_effort="high").choices
    assert choice.finish_reason == "tool_calls"
    assert choice.message.tool_calls[0].function.name == "get_time"


def test_a_call_can_be_forbidden(client):
    (choice,) = ask(client, messages=WEATHER, tools=[GET_WEATHER], tool_choice="none").choices
    assert choice.message.tool_calls is None
    assert choice.finish_reason == "stop"


@pytest.mark.smoke
def test_several_choices_are_several_answers(client):
    fields = {"messages": STORY, "n": 3, "temperature": 1, "max_tokens": 12}
    answer = ask(client, **fields, seed=7)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    told = [choice.message.content for choice in answer.choices]
    assert len(set(told)) == 3
    assert answer.usage.completion_tokens == 36
    again = ask(client, **fields, seed=7)
    assert [choice.message.content for choice in again.choices] == told


def test_several_choices_come_in_one_stream(client):
    chunks = list(ask(client, messages=STORY, n=2, max_tokens=5, stream=True,
                      stream_options={"include_usage": True}))
    *chunks, usage = chunks
    assert usage.usage.completion_tokens == 10
    ends = [(c.choices[0].index, c.choices[0].finish_reason) for c in chunks
            if c.choices[0].finish_reason]
    assert ends == [(0, "length"), (1, "length")]
    assert {chunk.choices[0].index for chunk in chunks} == {0, 1}
    roles = [c.choices[0].index for c in chunks if c.choices[0].delta.role]
    assert roles == [0, 1]


def test_several_choices_of_a_text(client):
    answer = client.completions.create(model="sprout", prompt="Tell me a story.", n=2,
                                       max_tokens=4, temperature=0)
    assert [choice.index for choice in answer.choices] == [0, 1]


@pytest.mark.smoke
def test_a_token_can_be_ruled_out_or_in(client, server):
    (choice,) = ask(client, logprobs=True).choices
    first = choice.logprobs.content[0].token
    (token,) = server.tokens(first)
    assert not ask(client, logit_bias={str(token): -100}).choices[0].message.content.startswith(
        first)
    only = ask(client, logit_bias={str(token): 100}, max_tokens=3).choices[0].message.content
    assert only == first * 3


def test_a_bias_for_a_token_that_is_not_there_is_refused(client):
    with pytest.raises(openai.BadRequestError) as error:
        ask(client, logit_bias={"99999999": 1})
    assert error.value.body["message"].startswith("logit_bias: token 99999999 is not in the")


def test_embeddings_are_cut_to_their_dimensions(client):
    (row,) = client.embeddings.create(model="sprout", input="red fox", dimensions=16).data
    assert len(row.embedding) == 16
    assert sum(x * x for x in row.embedding) == pytest.approx(1, abs=1e-3)


def test_what_is_not_supported_is_refused_by_name(api):
    expect_error(api.post("/v1/completions", {"model": "sprout", "prompt": "x", "echo": True}),
                 400, "echo is not supported: the answer does not begin with the prompt",
                 "invalid_request_error")
    expect_error(api.post("/v1/completions", {"model": "sprout", "prompt": "x", "suffix": "y"}),
                 400, "registry.ollama.ai/library/sprout:latest does not support insert",
                 "invalid_request_error")
    expect_error(api.post("/v1/chat/completions", PLAIN | {"functions": []}), 400,
                 "functions is not supported: use tools", "invalid_request_error")


def test_the_same_seed_gives_the_same_answer(client):
    story = [{"role": "user", "content": "Tell me a story."}]
    told = [ask(client, messages=story, seed=7, temperature=1, max_tokens=24).choices[0].message
            for _ in range(2)]
    assert told[0].content == told[1].content


def test_without_a_temperature_the_models_own_holds(make_server):
    server = make_server()
    made = Api(server.url).post("/api/create", {"model": "warm", "from": "sprout",
                                                "parameters": {"temperature": 1.5}})
    assert made.status_code == 200, made.text
    story = [{"role": "user", "content": "Tell me a story."}]
    with openai_client(server) as client:
        def told_by(model):
            answers = [client.chat.completions.create(
                model=model, messages=story, seed=seed, max_tokens=24, reasoning_effort="none")
                for seed in range(3)]
            return {answer.choices[0].message.content for answer in answers}

        assert len(told_by("sprout")) == 1  # its temperature is 0
        assert len(told_by("warm")) == 3


@pytest.mark.smoke
def test_a_death_within_a_stream_is_raised_by_the_client(make_server):
    server = make_server()
    with openai_client(server) as client:
        stream = ask(client, messages=ENDLESS_CHAT, frequency_penalty=-2, stream=True)
        next(stream)
        (runner,) = until(server.runners, "a runner is there")
        os.kill(runner, signal.SIGKILL)
        with pytest.raises(openai.APIError) as error:
            list(stream)
        assert error.value.body["type"] == "api_error"
        assert error.value.body["message"].startswith(
            "an error was encountered while running the model: ")

"""The official Python client `openai` and /v1/responses."""

import json
import os
import signal

import openai
import pydantic
import pytest

from harness.api import Api
from harness.sprout import ENDLESS_CHAT, GET_TIME, GET_WEATHER, make_endless
from harness.wait import until

CAPITAL = "What is the capital of France?"
PARIS = "The capital of France is Paris."
PLAIN = {"model": "sprout", "input": CAPITAL, "temperature": 0, "reasoning": {"effort": "none"}}


def tool_of(tool):
    return {"type": "function", **tool["function"], "strict": True}


WEATHER, TIME = tool_of(GET_WEATHER), tool_of(GET_TIME)


def client_of(server):
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key="unused", max_retries=0)


@pytest.fixture
def client(server):
    with client_of(server) as client:
        yield client


def ask(client, **fields):
    return client.responses.create(**PLAIN | fields)


@pytest.mark.smoke
def test_answers(client):
    answer = ask(client, metadata={"a": "b"})
    assert (answer.object, answer.status, answer.output_text) == ("response", "completed", PARIS)
    assert answer.id.startswith("resp_")
    (message,) = answer.output
    assert (message.type, message.role, message.status) == ("message", "assistant", "completed")
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert answer.metadata == {"a": "b"} and answer.store is False and answer.temperature == 0


def test_reasons_in_an_item_of_its_own(client):
    answer = ask(client, reasoning={"effort": "high"})
    reasoning, message = answer.output
    assert reasoning.type == "reasoning"
    assert "asks for the capital" in reasoning.summary[0].text
    assert "Paris" in answer.output_text
    used = answer.usage.output_tokens_details.reasoning_tokens
    assert 0 < used < answer.usage.output_tokens


def test_obeys_instructions_and_remembers_what_was_said(client):
    said = [{"role": "user", "content": "My name is Clara."},
            {"role": "assistant", "content": [{"type": "output_text",
                                               "text": "Nice to meet you, Clara!"}]},
            {"role": "user", "content": [{"type": "input_text", "text": "What is my name?"}]}]
    assert ask(client, input=said).output_text == "Your name is Clara."
    assert ask(client, instructions="You are a helpful assistant.").instructions


@pytest.mark.smoke
def test_streams_into_the_clients_accumulator(client):
    with client.responses.stream(**PLAIN | {"reasoning": {"effort": "high"}}) as stream:
        events = list(stream)
        final = stream.get_final_response()
    kinds = [event.type for event in events]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds[-1] == "response.completed"
    assert {"response.reasoning_summary_part.added", "response.reasoning_summary_text.delta",
            "response.reasoning_summary_text.done", "response.reasoning_summary_part.done",
            "response.content_part.added", "response.output_text.delta",
            "response.output_text.done", "response.content_part.done"} <= set(kinds)
    assert [item.type for item in final.output] == ["reasoning", "message"]
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == final.output_text
    assert "Paris" in final.output_text


@pytest.mark.smoke
def test_calls_a_function_and_uses_its_result(client):
    asked = [{"role": "user", "content": "What is the weather in Lima?"}]
    answer = ask(client, input=asked, tools=[WEATHER])
    (call,) = [item for item in answer.output if item.type == "function_call"]
    assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "Lima"})
    told = ask(client, tools=[WEATHER], input=asked + answer.output + [
        {"type": "function_call_output", "call_id": call.call_id,
         "output": '{"weather": "rainy", "temperature": 9}'}])
    assert told.output_text == "It is rainy in Lima, and the temperature is 9 degrees."


def test_calls_a_function_in_a_stream(client):
    with client.responses.stream(**PLAIN | {"input": "What is the weather in Lima?"},
                                 tools=[WEATHER]) as stream:
        kinds = {event.type for event in stream}
        (call,) = stream.get_final_response().output
    assert json.loads(call.arguments) == {"city": "Lima"}
    assert {"response.function_call_arguments.delta",
            "response.function_call_arguments.done"} <= kinds


def test_a_call_can_be_forced_and_forbidden(client):
    tools = [WEATHER, TIME]
    forced = ask(client, input="Tell me a story.", tools=tools,
                 tool_choice={"type": "function", "name": "get_time"})
    assert {(item.type, item.name) for item in forced.output} == {("function_call", "get_time")}
    free = ask(client, input="What is the weather in Lima?", tools=tools, tool_choice="none")
    assert {item.type for item in free.output} == {"message"}


class City(pydantic.BaseModel):
    country: str
    capital: str


def test_an_answer_is_parsed_by_its_schema(client):
    answer = client.responses.parse(
        **PLAIN | {"input": "Answer in JSON: what is the capital of Peru?"}, text_format=City)
    assert answer.output_parsed == City(country="Peru", capital="Lima")


def test_length_makes_it_incomplete(client):
    answer = ask(client, input="Tell me a story.", max_output_tokens=5)
    assert answer.status == "incomplete"
    assert answer.incomplete_details.reason == "max_output_tokens"
    assert answer.usage.output_tokens == 5
    *_, last = ask(client, input="Tell me a story.", max_output_tokens=5, stream=True)
    assert last.type == "response.incomplete"


def test_logprobs_are_included_when_asked(client):
    answer = ask(client, include=["message.output_text.logprobs"], top_logprobs=2)
    (part,) = answer.output[0].content
    assert "".join(each.token for each in part.logprobs) == part.text
    assert all(len(each.top_logprobs) == 2 for each in part.logprobs)


@pytest.mark.smoke
def test_what_would_need_a_memory_is_a_bad_request(client):
    for fields in ({"previous_response_id": "resp_1"}, {"store": True}, {"background": True},
                   {"conversation": "conv_1"}):
        with pytest.raises(openai.BadRequestError) as error:
            ask(client, **fields)
        assert error.value.body["message"].startswith(f"{next(iter(fields))} is not supported: ")
    with pytest.raises(openai.NotFoundError):
        ask(client, model="nobody")


def test_a_prompt_that_may_not_be_cut_is_refused(client):
    long = "word " * 6000
    with pytest.raises(openai.BadRequestError) as error:
        ask(client, input=long, truncation="disabled", max_output_tokens=1)
    assert "longer than the context" in error.value.body["message"]
    assert ask(client, input=long, truncation="auto", max_output_tokens=1).output


def test_a_death_within_a_stream_is_a_failed_response(make_server):
    server = make_server()
    model = make_endless(Api(server.url))
    with client_of(server) as client:
        events = iter(client.responses.create(model=model, input=ENDLESS_CHAT, stream=True,
                                              temperature=0, reasoning={"effort": "none"}))
        assert next(events).type == "response.created"
        (runner,) = until(server.runners, "a runner is there")
        os.kill(runner, signal.SIGKILL)
        *_, last = events
        assert last.type == "response.failed"
        assert last.response.error.message.startswith(
            "an error was encountered while running the model: ")

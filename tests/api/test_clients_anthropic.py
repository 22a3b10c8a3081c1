"""The official Python client `anthropic`, pointed at the server."""

import json
import os
import signal

import anthropic
import pytest

from harness.api import Api
from harness.sprout import CLARA, ENDLESS_CHAT, GET_TIME, GET_WEATHER, make_endless
from harness.wait import until

CAPITAL = [{"role": "user", "content": "What is the capital of France?"}]
PARIS = "The capital of France is Paris."
LIMA = [{"role": "user", "content": "What is the weather in Lima?"}]
STORY = [{"role": "user", "content": "Tell me a story."}]
OFF = {"type": "disabled"}
ON = {"type": "enabled", "budget_tokens": 1024}
# The client's own parameter for it is gone; the API's is not.
GREEDY = {"temperature": 0}


def tool_of(tool):
    function = tool["function"]
    return {"name": function["name"], "description": function["description"],
            "input_schema": function["parameters"]}


WEATHER, TIME = tool_of(GET_WEATHER), tool_of(GET_TIME)


def client_of(server):
    return anthropic.Anthropic(base_url=server.url, api_key="unused", max_retries=0)


@pytest.fixture
def client(server):
    with client_of(server) as client:
        yield client


def plain(**fields):
    body = {"model": "sprout", "max_tokens": 200, "messages": CAPITAL, "thinking": OFF} | fields
    return body | {"extra_body": GREEDY | body.get("extra_body", {})}


def ask(client, **fields):
    return client.messages.create(**plain(**fields))


@pytest.mark.smoke
def test_answers(client):
    answer = ask(client)
    (block,) = answer.content
    assert (block.type, block.text) == ("text", PARIS)
    assert (answer.role, answer.type, answer.model) == ("assistant", "message", "sprout")
    assert answer.id.startswith("msg_")
    assert (answer.stop_reason, answer.stop_sequence) == ("end_turn", None)
    assert answer.usage.output_tokens > 0
    assert answer.usage.input_tokens + answer.usage.cache_read_input_tokens > 0


def test_remembers_what_was_said_and_obeys_the_system_prompt(client):
    assert ask(client, messages=CLARA).content[0].text == "Your name is Clara."
    assert ask(client, system=[{"type": "text", "text": "You are a helpful assistant."}]).content


def test_thinks_in_a_block_of_its_own(client):
    thinking, text = ask(client, thinking=ON).content
    assert thinking.type == "thinking" and "asks for the capital" in thinking.thinking
    assert text.type == "text" and "Paris" in text.text


def test_goes_on_with_what_the_assistant_has_begun(client):
    begun = CAPITAL + [{"role": "assistant", "content": "The capital of"}]
    assert ask(client, messages=begun).content[0].text.strip() == "France is Paris."


@pytest.mark.smoke
def test_streams_into_the_clients_accumulator(client):
    with client.messages.stream(**plain(thinking=ON)) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_message()
    assert [block.type for block in final.content] == ["thinking", "text"]
    assert "Paris" in final.content[1].text
    assert final.stop_reason == "end_turn"
    assert final.usage.output_tokens > 0
    assert kinds[0] == "message_start" and kinds[-1] == "message_stop"
    assert kinds.count("content_block_start") == kinds.count("content_block_stop") == 2


def test_a_stream_says_the_same_as_a_whole_answer(client):
    whole = ask(client)
    with client.messages.stream(**plain()) as stream:
        assert "".join(stream.text_stream) == whole.content[0].text
        usage = stream.get_final_message().usage
    assert usage.output_tokens == whole.usage.output_tokens
    # The second time, the prompt comes from the cache.
    assert usage.cache_read_input_tokens > 0
    assert (usage.input_tokens + usage.cache_read_input_tokens ==
            whole.usage.input_tokens + whole.usage.cache_read_input_tokens)


@pytest.mark.smoke
def test_calls_a_tool_and_uses_its_result(client):
    answer = ask(client, messages=LIMA, tools=[WEATHER])
    call = answer.content[-1]
    assert answer.stop_reason == "tool_use"
    assert (call.type, call.name, call.input) == ("tool_use", "get_weather", {"city": "Lima"})
    result = {"type": "tool_result", "tool_use_id": call.id,
              "content": '{"weather": "rainy", "temperature": 9}'}
    told = ask(client, tools=[WEATHER], messages=LIMA + [
        {"role": "assistant", "content": answer.content}, {"role": "user", "content": [result]}])
    assert told.content[0].text == "It is rainy in Lima, and the temperature is 9 degrees."


def test_calls_a_tool_in_a_stream(client):
    with client.messages.stream(**plain(messages=LIMA, tools=[WEATHER])) as stream:
        pieces = [event.partial_json for event in stream if event.type == "input_json"]
        final = stream.get_final_message()
    assert json.loads("".join(pieces)) == {"city": "Lima"}
    assert final.content[-1].input == {"city": "Lima"}
    assert final.stop_reason == "tool_use"


@pytest.mark.smoke
def test_a_call_can_be_forced(client):
    for choice, names in (({"type": "any"}, {"get_weather", "get_time"}),
                          ({"type": "tool", "name": "get_time"}, {"get_time"})):
        answer = ask(client, messages=STORY, tools=[WEATHER, TIME], tool_choice=choice)
        calls = [block for block in answer.content if block.type == "tool_use"]
        assert calls and {call.name for call in calls} <= names
        assert "text" not in {block.type for block in answer.content}


def test_a_call_can_be_forbidden(client):
    answer = ask(client, messages=LIMA, tools=[WEATHER], tool_choice={"type": "none"})
    assert {block.type for block in answer.content} <= {"text"}
    assert answer.stop_reason != "tool_use"


def test_says_which_stop_sequence_ended_the_answer(client):
    count = [{"role": "user", "content": "Count to 12."}]
    answer = ask(client, messages=count, stop_sequences=["9", "7"])
    assert answer.content[0].text == "1, 2, 3, 4, 5, 6, "
    assert (answer.stop_reason, answer.stop_sequence) == ("stop_sequence", "7")


def test_length_ends_with_max_tokens(client):
    answer = ask(client, messages=STORY, max_tokens=5)
    assert answer.stop_reason == "max_tokens"
    assert answer.usage.output_tokens == 5


def test_an_answer_follows_a_schema(client):
    schema = {"type": "object", "required": ["country", "capital"], "additionalProperties": False,
              "properties": {"country": {"type": "string"}, "capital": {"type": "string"}}}
    question = [{"role": "user", "content": "Answer in JSON: what is the capital of Peru?"}]
    answer = ask(client, messages=question,
                 output_config={"format": {"type": "json_schema", "schema": schema}})
    assert json.loads(answer.content[0].text) == {"country": "Peru", "capital": "Lima"}


def test_counts_the_tokens_that_the_prompt_will_have(client):
    for fields in ({}, {"system": "Be brief."}, {"messages": LIMA, "tools": [WEATHER]},
                   {"messages": CLARA}):
        usage = ask(client, **fields, max_tokens=1).usage
        counted = client.messages.count_tokens(
            model="sprout", thinking=OFF, **{"messages": CAPITAL} | fields)
        assert counted.input_tokens == usage.input_tokens + usage.cache_read_input_tokens


def test_counts_more_than_fits(client):
    long = [{"role": "user", "content": "word " * 6000}]
    counted = client.messages.count_tokens(model="sprout", messages=long)
    assert counted.input_tokens > 6000


@pytest.mark.smoke
def test_errors_are_anthropics(client):
    with pytest.raises(anthropic.NotFoundError) as error:
        ask(client, model="nobody")
    assert error.value.body["type"] == "error"
    assert error.value.body["error"] == {"type": "not_found_error",
                                         "message": "model 'nobody' not found"}
    assert error.value.body["request_id"] == error.value.request_id
    with pytest.raises(anthropic.BadRequestError) as error:
        ask(client, messages=[])
    assert error.value.body["error"] == {"type": "invalid_request_error",
                                         "message": "messages is required"}
    with pytest.raises(anthropic.BadRequestError):
        ask(client, tools=[{"type": "web_search_20250305", "name": "web_search"}])


@pytest.mark.smoke
def test_a_death_within_a_stream_is_raised_by_the_client(make_server):
    server = make_server()
    model = make_endless(Api(server.url))
    with client_of(server) as client:
        events = iter(ask(client, model=model, messages=ENDLESS_CHAT, stream=True,
                          max_tokens=100000))
        assert next(events).type == "message_start"
        (runner,) = until(server.runners, "a runner is there")
        os.kill(runner, signal.SIGKILL)
        with pytest.raises(anthropic.APIStatusError) as error:
            list(events)
        assert error.value.body["error"]["type"] == "api_error"
        assert error.value.body["error"]["message"].startswith(
            "an error was encountered while running the model: ")

"""The official Python client `openai`, pointed at /v1."""

import json

import openai
import pytest

from harness.sprout import CLARA, ENDLESS_CHAT, GET_WEATHER, NAME
from harness.wait import until

CAPITAL = [{"role": "user", "content": "What is the capital of France?"}]


@pytest.fixture
def client(server):
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="unused", max_retries=0) as client:
        yield client


def ask(client, messages, **fields):
    return client.chat.completions.create(
        **{"model": "sprout", "messages": messages, "temperature": 0} | fields)


@pytest.mark.smoke
def test_lists_models(client):
    (sprout,) = [model for model in client.models.list() if model.id == NAME]
    assert sprout.object == "model"
    assert sprout.owned_by == "library"
    assert sprout.created > 1_600_000_000


def test_retrieves_one_model(client):
    assert client.models.retrieve("sprout").id in ("sprout", NAME)
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("nobody")


@pytest.mark.smoke
def test_chats(client):
    answer = ask(client, CAPITAL, reasoning_effort="none")
    (choice,) = answer.choices
    assert answer.object == "chat.completion"
    assert answer.id.startswith("chatcmpl-")
    assert answer.system_fingerprint == "fp_ollama"
    assert choice.message.role == "assistant"
    assert choice.message.content == "The capital of France is Paris."
    assert choice.finish_reason == "stop"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_remembers_what_was_said(client):
    assert ask(client, CLARA).choices[0].message.content == "Your name is Clara."


def test_gives_reasoning_beside_the_content(client):
    message = ask(client, CAPITAL, reasoning_effort="high").choices[0].message
    assert "Paris" in message.content
    assert "asks for the capital" in message.reasoning


@pytest.mark.smoke
def test_chats_in_a_stream(client):
    chunks = list(ask(client, CAPITAL, reasoning_effort="none", stream=True))
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert "".join(delta.content or "" for delta in deltas) == "The capital of France is Paris."
    assert deltas[0].role == "assistant"
    assert all(chunk.object == "chat.completion.chunk" for chunk in chunks)
    assert [chunk.choices[0].finish_reason for chunk in chunks][-1] == "stop"
    assert all(chunk.usage is None for chunk in chunks)


def test_a_stream_ends_with_usage_when_asked(client):
    *chunks, last = ask(client, CAPITAL, stream=True, stream_options={"include_usage": True})
    assert last.choices == []
    assert last.usage.prompt_tokens > 0 and last.usage.completion_tokens > 0
    assert [c.choices[0].finish_reason for c in chunks if c.choices[0].finish_reason] == ["stop"]


@pytest.mark.smoke
def test_calls_a_tool(client):
    answer = ask(client, [{"role": "user", "content": "What is the weather in Lima?"}],
                 tools=[GET_WEATHER], reasoning_effort="none")
    (choice,) = answer.choices
    (call,) = choice.message.tool_calls
    assert choice.finish_reason == "tool_calls"
    assert call.type == "function" and call.id
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments) == {"city": "Lima"}


def test_calls_a_tool_in_a_stream_and_uses_its_result(client):
    messages = [{"role": "user", "content": "What is the weather in Lima?"}]
    chunks = list(ask(client, messages, tools=[GET_WEATHER], reasoning_effort="none", stream=True))
    (call,) = [c for chunk in chunks for c in chunk.choices[0].delta.tool_calls or []]
    assert json.loads(call.function.arguments) == {"city": "Lima"}
    assert chunks[-1].choices[0].finish_reason == "tool_calls"
    messages += [
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": call.id, "type": "function",
             "function": {"name": "get_weather", "arguments": call.function.arguments}}]},
        {"role": "tool", "tool_call_id": call.id,
         "content": '{"weather": "rainy", "temperature": 9}'},
    ]
    told = ask(client, messages, tools=[GET_WEATHER], reasoning_effort="none")
    assert told.choices[0].message.content == (
        "It is rainy in Lima, and the temperature is 9 degrees.")


def test_length_ends_with_length(client):
    answer = ask(client, [{"role": "user", "content": "Tell me a story."}], max_tokens=5)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 5


def test_stop_strings_end_the_answer(client):
    answer = ask(client, [{"role": "user", "content": "Count to 12."}], stop="7",
                 reasoning_effort="none")
    assert answer.choices[0].message.content == "1, 2, 3, 4, 5, 6, "
    assert answer.choices[0].finish_reason == "stop"


def test_json_is_forced(client):
    answer = ask(client, [{"role": "user", "content": "Answer in JSON: what is the capital of Peru?"}],
                 response_format={"type": "json_object"}, reasoning_effort="none")
    assert json.loads(answer.choices[0].message.content) == {"country": "Peru", "capital": "Lima"}


def test_completes_text(client):
    answer = client.completions.create(model="sprout", prompt="What is the capital of France?",
                                       temperature=0, max_tokens=64)
    assert answer.object == "text_completion"
    assert "Paris" in answer.choices[0].text
    assert answer.choices[0].finish_reason == "stop"


def test_completes_text_in_a_stream(client):
    chunks = list(client.completions.create(model="sprout", stream=True, temperature=0,
                                            prompt="What is the capital of France?"))
    assert "Paris" in "".join(chunk.choices[0].text for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason == "stop"


@pytest.mark.smoke
def test_embeds_as_floats_and_as_base64(client):
    floats = client.embeddings.create(model="sprout", input=["red fox", "blue whale"],
                                      encoding_format="float")
    assert [row.index for row in floats.data] == [0, 1]
    assert len(floats.data[0].embedding) == 192
    decoded = client.embeddings.create(model="sprout", input="red fox")  # asks for base64
    assert decoded.data[0].embedding == pytest.approx(floats.data[0].embedding, abs=1e-3)


@pytest.mark.smoke
def test_a_stream_that_is_closed_stops_the_model(client, server):
    stream = ask(client, ENDLESS_CHAT, frequency_penalty=-2, reasoning_effort="none", stream=True)
    for _ in range(5):
        next(stream)
    assert not server.is_idle()
    stream.close()
    until(server.is_idle, "the runner is idle")
    assert "Paris" in ask(client, CAPITAL).choices[0].message.content


def test_an_unknown_model_is_not_found(client):
    with pytest.raises(openai.NotFoundError) as error:
        ask(client, CAPITAL, model="nobody")
    assert error.value.body == {"message": "model 'nobody' not found", "type": "not_found_error",
                                "param": None, "code": None}


def test_no_messages_are_a_bad_request(client):
    with pytest.raises(openai.BadRequestError) as error:
        ask(client, [])
    assert error.value.body["message"] == "[] is too short - 'messages'"
    assert error.value.body["type"] == "invalid_request_error"

"""A schema beside thinking and beside tools, through both engines and three dialects."""

import json

import jsonschema
import pytest

from harness import npu
from harness.api import Api
from harness.npu import Card
from harness.server import Server
from harness.sprout import GET_WEATHER

CITY = {"type": "object", "required": ["country", "capital"], "additionalProperties": False,
        "properties": {"country": {"type": "string", "maxLength": 20},
                       "capital": {"type": "string", "maxLength": 20}}}
PERU = "Answer in JSON: what is the capital of Peru?"
LIMA = "What is the weather in Lima?"
LENGTH = 400


def ask_native(api, model, question, think, tools):
    said = api.chat(question, model, think=think, format=CITY, tools=tools,
                    options={"temperature": 0, "num_predict": LENGTH})
    message = said["message"]
    return (message.get("thinking", ""), message["content"], message.get("tool_calls", []),
            said["done_reason"])


def ask_openai(api, model, question, think, tools):
    response = api.post("/v1/chat/completions", {
        "model": model, "messages": [{"role": "user", "content": question}], "tools": tools,
        "temperature": 0, "max_tokens": LENGTH, "reasoning_effort": "medium" if think else "none",
        "response_format": {"type": "json_schema",
                            "json_schema": {"name": "city", "schema": CITY}}})
    assert response.status_code == 200, response.text
    (choice,) = response.json()["choices"]
    message = choice["message"]
    return (message.get("reasoning", ""), message["content"], message.get("tool_calls", []),
            choice["finish_reason"])


def ask_anthropic(api, model, question, think, tools):
    functions = [tool["function"] for tool in tools]
    response = api.post("/v1/messages", {
        "model": model, "messages": [{"role": "user", "content": question}],
        "tools": [{"name": function["name"], "description": function["description"],
                   "input_schema": function["parameters"]} for function in functions],
        "temperature": 0, "max_tokens": LENGTH,
        "thinking": {"type": "enabled", "budget_tokens": 1024} if think else {"type": "disabled"},
        "output_config": {"format": {"type": "json_schema", "schema": CITY}}})
    assert response.status_code == 200, response.text
    said = response.json()

    def joined(kind, key):
        return "".join(block[key] for block in said["content"] if block["type"] == kind)

    calls = [block for block in said["content"] if block["type"] == "tool_use"]
    return joined("thinking", "thinking"), joined("text", "text"), calls, said["stop_reason"]


@pytest.fixture(params=[ask_native, ask_openai, ask_anthropic], ids=lambda ask: ask.__name__)
def ask(request):
    return request.param


@pytest.fixture(scope="module", params=["cpu", "npu"])
def engine(request, shared_server, tmp_path_factory):
    """The API of a server, and the name of a model there."""
    if request.param == "cpu":
        api = Api(shared_server.url)
        yield api, "sprout"
        return api.close()
    if not npu.IS_BUILT:
        pytest.skip(npu.WHY_NOT)
    folder = tmp_path_factory.mktemp("formats")
    server = Server(folder / "server", Card(folder).env)
    try:
        server.start()
        api = Api(server.url)
        yield api, npu.create(server, "npu", npu.pack(folder / "packed"))
        api.close()
        server.check_running()
    finally:
        server.stop()


def check(answer, think):
    thinking, content, calls, ended = answer
    assert ended in ("stop", "end_turn")
    assert bool(thinking) == think
    assert "<" not in thinking + content
    assert calls == []
    jsonschema.validate(json.loads(content), CITY)


@pytest.mark.parametrize("tools", [[], [GET_WEATHER]], ids=["no_tools", "tools"])
@pytest.mark.parametrize("think", [True, False], ids=["thinks", "does_not_think"])
@pytest.mark.parametrize("question", [PERU, LIMA])
def test_an_answer_follows_its_schema(engine, ask, think, tools, question):
    check(ask(*engine, question, think, tools), think)


@pytest.mark.parametrize("think", [True, False], ids=["thinks", "does_not_think"])
def test_a_stream_follows_its_schema_behind_the_result_of_a_call(engine, think):
    api, model = engine
    call = {"function": {"name": "get_weather", "arguments": {"city": "Lima"}}}
    lines = api.lines("/api/chat", {
        "model": model, "think": think, "format": CITY, "tools": [GET_WEATHER],
        "options": {"temperature": 0, "num_predict": LENGTH},
        "messages": [{"role": "user", "content": LIMA},
                     {"role": "assistant", "content": "", "tool_calls": [call]},
                     {"role": "tool", "tool_name": "get_weather", "content": '{"weather": "rainy"}'}]})
    said = [line["message"] for line in lines]
    check(("".join(message.get("thinking", "") for message in said),
           "".join(message["content"] for message in said),
           [call for message in said for call in message.get("tool_calls", [])],
           lines[-1]["done_reason"]), think)


def test_without_a_schema_the_tool_is_called(engine):
    """So that the tests above show what the schema does."""
    api, model = engine
    said = api.chat(LIMA, model, think=False, tools=[GET_WEATHER], options={"temperature": 0})
    (call,) = said["message"]["tool_calls"]
    assert call["function"]["arguments"] == {"city": "Lima"}

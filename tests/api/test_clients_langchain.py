"""LangChain's client of the native API, `langchain-ollama`."""

import pytest
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_ollama import ChatOllama, OllamaEmbeddings
from pydantic import BaseModel


@tool
def get_weather(city: str) -> str:
    """Get the current weather of a city"""
    return f'{{"weather": "rainy", "temperature": 9, "city": "{city}"}}'


def chat(server, **fields):
    return ChatOllama(model="sprout", base_url=server.url, temperature=0, **fields)


@pytest.mark.smoke
def test_answers_and_streams(server):
    model = chat(server, reasoning=False)
    question = "What is the capital of France?"
    answer = model.invoke(question)
    assert answer.content == "The capital of France is Paris."
    assert answer.response_metadata["done_reason"] == "stop"
    assert answer.usage_metadata["output_tokens"] > 0
    assert "".join(chunk.content for chunk in model.stream(question)) == answer.content


def test_reasons_beside_the_content(server):
    answer = chat(server, reasoning=True).invoke("What is the capital of France?")
    assert "Paris" in answer.content
    assert "asks for the capital" in answer.additional_kwargs["reasoning_content"]


def test_calls_a_tool_and_uses_its_result(server):
    model = chat(server, reasoning=False).bind_tools([get_weather])
    asked = HumanMessage("What is the weather in Lima?")
    call = model.invoke([asked])
    assert [(each["name"], each["args"]) for each in call.tool_calls] == [
        ("get_weather", {"city": "Lima"})]
    result = ToolMessage('{"weather": "rainy", "temperature": 9}',
                         tool_call_id=call.tool_calls[0]["id"])
    told = model.invoke([asked, call, result])
    assert told.content == "It is rainy in Lima, and the temperature is 9 degrees."


class City(BaseModel):
    country: str
    capital: str


def test_structured_output_is_parsed(server):
    model = chat(server, reasoning=False).with_structured_output(City, method="json_schema")
    answer = model.invoke("Answer in JSON: what is the capital of Peru?")
    assert answer == City(country="Peru", capital="Lima")


def test_embeds(server):
    vectors = OllamaEmbeddings(model="sprout", base_url=server.url).embed_documents(
        ["red fox", "blue whale"])
    assert [len(vector) for vector in vectors] == [192, 192]

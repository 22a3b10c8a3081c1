"""Every official client with a real language model, and with Sprout on the stand-in card: what each
says, whole and in pieces, is what the native API says."""

from typing import Literal

import anthropic
import ollama
import openai
import pytest
from langchain_ollama import ChatOllama
from pydantic import BaseModel

from harness import npu, smollm2
from harness.api import Api
from harness.npu import Card
from harness.server import Server

QUESTION = [{"role": "user", "content": "What is the capital of France?"}]
LENGTH = 24


class City(BaseModel):
    country: Literal["Peru", "Chile"]
    capital: Literal["Lima", "Santiago"]


PERU = [{"role": "user", "content": "Answer in JSON: what is the capital of Peru?"}]


class Native:
    def __init__(self, url, model):
        self.client, self.plain = ollama.Client(host=url), {
            "model": model, "think": False, "options": {"temperature": 0, "num_predict": LENGTH}}

    def whole(self):
        return self.client.chat(messages=QUESTION, **self.plain).message.content

    def streamed(self):
        return "".join(part.message.content for part in
                       self.client.chat(messages=QUESTION, stream=True, **self.plain))

    def city(self):
        said = self.client.chat(messages=PERU, format=City.model_json_schema(), **self.plain)
        return City.model_validate_json(said.message.content)


class OpenAi:
    def __init__(self, url, model):
        self.client = openai.OpenAI(base_url=f"{url}/v1", api_key="unused", max_retries=0)
        self.plain = {"model": model, "temperature": 0, "max_completion_tokens": LENGTH,
                      "reasoning_effort": "none"}

    def whole(self):
        said = self.client.chat.completions.create(messages=QUESTION, **self.plain)
        return said.choices[0].message.content

    def streamed(self):
        with self.client.chat.completions.stream(messages=QUESTION, **self.plain) as stream:
            pieces = [event.delta for event in stream if event.type == "content.delta"]
            try:
                said = stream.get_final_completion().choices[0].message.content
            except openai.LengthFinishReasonError as error:
                said = error.completion.choices[0].message.content
        assert "".join(pieces) == said
        return said

    def city(self):
        said = self.client.chat.completions.parse(messages=PERU, response_format=City, **self.plain)
        return said.choices[0].message.parsed


class OpenAiResponses:
    def __init__(self, url, model):
        self.client = openai.OpenAI(base_url=f"{url}/v1", api_key="unused", max_retries=0)
        self.plain = {"model": model, "temperature": 0, "max_output_tokens": LENGTH,
                      "reasoning": {"effort": "none"}}

    def whole(self):
        return self.client.responses.create(input=QUESTION, **self.plain).output_text

    def streamed(self):
        with self.client.responses.stream(input=QUESTION, **self.plain) as stream:
            pieces, text, said = [], "", None
            for event in stream:
                if event.type == "response.output_text.delta":
                    pieces.append(event.delta)
                    text = event.snapshot
                elif event.type in ("response.completed", "response.incomplete"):
                    said = event.response.output_text
        assert "".join(pieces) == text == said
        return said

    def city(self):
        return self.client.responses.parse(input=PERU, text_format=City, **self.plain).output_parsed


class Anthropic:
    def __init__(self, url, model):
        self.client = anthropic.Anthropic(base_url=url, api_key="unused", max_retries=0)
        self.plain = {"model": model, "max_tokens": LENGTH, "thinking": {"type": "disabled"},
                      "extra_body": {"temperature": 0}}

    def whole(self):
        (text,) = self.client.messages.create(messages=QUESTION, **self.plain).content
        return text.text

    def streamed(self):
        with self.client.messages.stream(messages=QUESTION, **self.plain) as stream:
            pieces = list(stream.text_stream)
            said = stream.get_final_text()
        assert "".join(pieces) == said
        return said

    def city(self):
        return self.client.messages.parse(messages=PERU, output_format=City,
                                          **self.plain).parsed_output


class LangChain:
    def __init__(self, url, model):
        self.chat = ChatOllama(model=model, base_url=url, temperature=0, num_predict=LENGTH,
                               reasoning=False)

    def whole(self):
        return self.chat.invoke(QUESTION).content

    def streamed(self):
        return "".join(chunk.content for chunk in self.chat.stream(QUESTION))

    def city(self):
        return self.chat.with_structured_output(City, method="json_schema").invoke(PERU)


@pytest.fixture(scope="module", params=["smollm2", "npu"])
def engine(request, tmp_path_factory):
    """A server's address, and the name of a model there."""
    folder = tmp_path_factory.mktemp(request.param)
    source, env = folder / "packed", {}
    if request.param == "npu":
        if not npu.IS_BUILT:
            pytest.skip(npu.WHY_NOT)
        env = Card(folder).env
        npu.pack(source)
    else:
        try:
            source = smollm2.weights()
        except smollm2.NotToBeHad as error:
            pytest.skip(str(error))
    server = Server(folder / "server", env)
    try:
        yield server.start().url, npu.create(server, f"model-{request.param}", source)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def answer(engine):
    url, model = engine
    api = Api(url, 120)
    said = api.chat(QUESTION, model, think=False,
                    options={"temperature": 0, "num_predict": LENGTH})["message"]["content"]
    api.close()
    assert len(said) > 10
    return said


@pytest.fixture(params=[Native, OpenAi, OpenAiResponses, Anthropic, LangChain],
                ids=lambda client: client.__name__)
def client(request, engine):
    return request.param(*engine)


def test_a_client_says_what_the_native_api_says(client, answer):
    assert client.whole() == answer
    assert client.streamed() == answer


def test_a_client_parses_what_a_schema_asked_for(client):
    assert isinstance(client.city(), City)

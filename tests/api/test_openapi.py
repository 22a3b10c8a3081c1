"""docs/openapi.yaml and docs/api.md say what the program does."""

import re

import openapi_spec_validator
import pytest

from harness import contract
from harness.server import ROOT
from harness.sprout import GET_WEATHER

CAPITAL = [{"role": "user", "content": "What is the capital of France?"}]
LIMA = [{"role": "user", "content": "What is the weather in Lima?"}]
WEATHER = GET_WEATHER["function"]

# The request's schema of each table of parameters.
TABLES = {
    "kChatParameters": "OpenAiChatRequest",
    "kCompletionParameters": "OpenAiCompletionRequest",
    "kEmbeddingsParameters": "OpenAiEmbeddingsRequest",
    "kResponsesParameters": "ResponsesRequest",
    "kMessagesParameters": "MessagesFields",
}


def routes():
    source = (ROOT / "src/serve/routes.cc").read_text(encoding="utf-8")
    table = source[source.index("App::kRoutes[]"):]
    return re.findall(r'\{"([A-Z]+)", "([^"]+)", &App::', table[:table.index("};")])


def tables():
    """Each table's rows: name, treatment, and what its neutral value is."""
    found = {}
    for path in sorted((ROOT / "src/api").glob("*_parameters.h")):
        source = path.read_text(encoding="utf-8")
        for name, rows in re.findall(r"Parameter (k\w+)\[\] = \{\n(.*?)\n\};", source, re.DOTALL):
            found[name] = re.findall(r'\{"(\w+)"(?:, Treatment::k(\w+))?', rows)
    return found


def test_the_document_is_openapi():
    openapi_spec_validator.validate(contract.document())


def test_every_route_is_in_the_document_and_no_other():
    described = {(method, re.sub(r"\{\w+\}$", "", path))
                 for method, path in contract.operations()}
    assert described == set(routes())


def test_every_parameter_that_is_honoured_is_in_the_document_and_no_other():
    assert set(tables()) == set(TABLES)
    for table, rows in tables().items():
        honoured = {name for name, treatment in rows if not treatment}
        schema = contract.document()["components"]["schemas"][TABLES[table]]
        assert set(schema["properties"]) == honoured, table


def test_every_parameter_that_is_not_honoured_is_told_of_and_no_other():
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    told = {}
    for table, rows in re.findall(r"<!-- (k\w+) -->\n(.*?)(?:\n\n|\n\Z)", text, re.DOTALL):
        told[table] = {(name, treatment.capitalize()) for name, treatment in
                       re.findall(r"^\| `(\w+)` \| (ignored|refused)", rows, re.MULTILINE)}
    expected = {table: {row for row in rows if row[1]} for table, rows in tables().items()}
    assert told == expected


CHAT = {"model": "sprout", "messages": CAPITAL, "temperature": 0}
TOOLS = {"messages": LIMA, "tools": [GET_WEATHER]}
EXAMPLES = [
    ("/api/generate", {"model": "sprout", "prompt": "What is the capital of France?"}),
    ("/api/generate", {"model": "sprout", "prompt": "x", "raw": True, "logprobs": True,
                       "top_logprobs": 1, "options": {"num_predict": 4}}),
    ("/api/generate", {"model": "sprout"}),
    ("/api/chat", {"model": "sprout", "messages": CAPITAL}),
    ("/api/chat", {"model": "sprout", "options": {"temperature": 0}} | TOOLS),
    ("/api/show", {"model": "sprout", "verbose": True}),
    ("/api/embed", {"model": "sprout", "input": ["a", "b"]}),
    ("/api/embeddings", {"model": "sprout", "prompt": "a"}),
    ("/v1/chat/completions", CHAT | {"logprobs": True, "top_logprobs": 2, "n": 2}),
    ("/v1/chat/completions", CHAT | TOOLS | {"stream_options": {"include_usage": True}}),
    ("/v1/completions", {"model": "sprout", "prompt": "Hi", "logprobs": 2, "max_tokens": 4}),
    ("/v1/embeddings", {"model": "sprout", "input": "a"}),
    ("/v1/embeddings", {"model": "sprout", "input": "a", "encoding_format": "base64"}),
    ("/v1/responses", {"model": "sprout", "input": CAPITAL, "instructions": "Be brief.",
                       "include": ["message.output_text.logprobs"], "top_logprobs": 1}),
    ("/v1/responses", {"model": "sprout", "input": LIMA, "max_output_tokens": 400,
                       "tools": [{"type": "function"} | WEATHER]}),
    ("/v1/messages", {"model": "sprout", "max_tokens": 400, "messages": CAPITAL}),
    ("/v1/messages", {"model": "sprout", "max_tokens": 400, "messages": LIMA, "tools": [
        {"name": "get_weather", "input_schema": WEATHER["parameters"]}]}),
    ("/v1/messages/count_tokens", {"model": "sprout", "messages": CAPITAL}),
]


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("path, body", EXAMPLES)
def test_an_answer_is_as_the_document_says(api, path, body, streamed):
    """Api checks whatever it gets; here it gets some of everything."""
    answer = api.post(path, body | {"stream": streamed})
    assert answer.status_code == 200, answer.text
    bad = api.post(path, body | {"model": "nobody", "stream": streamed})
    assert bad.status_code == 404, bad.text
    assert api.post(path, "{").status_code == 400


def test_lists_are_as_the_document_says(api):
    for path in ("/", "/api/version", "/api/tags", "/api/ps", "/v1/models", "/v1/models/sprout"):
        assert api.get(path).status_code == 200


def test_an_answer_that_is_not_as_the_document_says_is_noticed(api):
    with pytest.raises(Exception, match="id"):
        contract.check_schema("OpenAiModel", {"object": "model"})
    with pytest.raises(Exception, match="false schema|additional|not valid", ):
        contract.check_schema("Error", {"error": "x", "code": 5})

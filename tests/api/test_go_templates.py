"""Models with a Go template, and requests that bring one."""

import pytest

from harness.api import Api, expect_error
from harness.cli import Cli
from harness.server import Server

GREEDY = {"temperature": 0, "seed": 1, "num_predict": 12}
PLAIN = "{{ if .System }}<s>{{ .System }}</s>{{ end }}<u>{{ .Prompt }}</u><a>{{ .Response }}</a>"
FILL_IN = "{{ if .Suffix }}<pre>{{ .Prompt }}<suf>{{ .Suffix }}<mid>{{ else }}{{ .Prompt }}{{ end }}"
CHAT = """{{- if or .System .Tools }}<|im_start|>system
{{ .System }}
{{- range .Tools }}
{{ . }}
{{- end }}<|im_end|>
{{ end }}
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 -}}
{{- if eq .Role "user" }}<|im_start|>user
{{ .Content }}<|im_end|>
{{ else if eq .Role "assistant" }}<|im_start|>assistant
{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}{{ .Content }}
{{- if .ToolCalls }}<tool_call>
{{ range .ToolCalls }}{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
{{ end }}</tool_call>
{{- end }}{{ if not $last }}<|im_end|>
{{ end }}
{{- else if eq .Role "tool" }}<|im_start|>user
<tool_response>
{{ .Content }}
</tool_response><|im_end|>
{{ end }}
{{- if and (ne .Role "assistant") $last }}<|im_start|>assistant
{{ if and $.IsThinkSet (not $.Think) }}<think>

</think>

{{ end }}
{{- end }}
{{- end }}"""
TOOL = {"type": "function", "function": {
    "name": "get_weather", "description": "Weather", "parameters": {
        "type": "object", "required": ["city"],
        "properties": {"unit": {"type": "string"}, "city": {"type": "string"}}}}}


def rendered(answer):
    return answer["_debug_info"]["rendered_template"]


@pytest.fixture(scope="module")
def go_server(tmp_path_factory):
    """A server that takes a model's TEMPLATE before its Jinja template, whatever that can do."""
    server = Server(tmp_path_factory.mktemp("go"), {"OLLAMA_GO_TEMPLATE": "1"})
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def go_api(go_server):
    client = Api(go_server.url)
    yield client
    client.close()
    go_server.check_running()


@pytest.fixture
def cli(server):
    return Cli(server)


def make(api, name, template, **more):
    api.answer("/api/create", {"model": name, "from": "sprout", "template": template} | more)


def test_a_request_brings_its_own_template(api):
    said = api.generate("Hi", template=PLAIN, system="Be brief.", _debug_render_only=True)
    assert rendered(said) == "<s>Be brief.</s><u>Hi</u><a>"
    said = api.generate("Hi", template="{{ range .Messages }}[{{ .Role }}:{{ .Content }}]{{ end }}",
                        system="S", _debug_render_only=True)
    assert rendered(said) == "[system:S][user:Hi]"
    assert api.generate("Hello", template="{{ .Prompt }}", options=GREEDY)["response"]


def test_errors_of_a_template_are_gos(api):
    body = {"model": "sprout", "prompt": "Hi", "stream": False}
    expect_error(api.post("/api/generate", body | {"template": "{{ .Prompt"}), 500,
                 "template: :1: unclosed action")
    answer = api.post("/api/generate",
                      body | {"template": "\n{{ range .Messages }}{{ .No }}{{ end }}"})
    assert (answer.status_code, answer.json()["error"]) == (
        500, 'template: :2:24: executing "" at <.No>: can\'t evaluate field No in type '
             "*template.templateMessage")
    expect_error(api.post("/api/create", {"model": "bad", "from": "sprout", "stream": False,
                                          "template": "{{ if .System }}"}),
                 400, "template error: template: :1: unexpected EOF")
    assert "bad:latest" not in api.tags()


def test_a_template_that_runs_away_is_stopped(api):
    body = {"model": "sprout", "prompt": "Hi", "stream": False,
            "template": '{{ define "T" }}{{ template "T" }}{{ end }}{{ template "T" }}'}
    answer = api.post("/api/generate", body)
    assert answer.status_code == 500
    assert answer.json()["error"].endswith("exceeded maximum template depth")


def test_a_model_talks_through_its_template(go_api):
    make(go_api, "plain", PLAIN, system="Be brief.")
    said = go_api.chat("Hi", model="plain", _debug_render_only=True)
    assert rendered(said) == "<s>Be brief.</s><u>Hi</u><a>"
    turns = [{"role": "user", "content": "1"}, {"role": "assistant", "content": "2"},
             {"role": "user", "content": "3"}]
    said = go_api.chat(turns, model="plain", _debug_render_only=True)
    assert rendered(said) == "<s>Be brief.</s><u>1</u><a>2</a><u>3</u><a>"
    assert go_api.chat("Hi", model="plain", options=GREEDY)["message"]["content"]
    shown = go_api.answer("/api/show", {"model": "plain"})
    assert shown["template"] == PLAIN
    assert shown["capabilities"] == ["completion"]
    assert f"\nTEMPLATE {PLAIN}\n" in shown["modelfile"] or f'\nTEMPLATE """{PLAIN}"""\n' in shown["modelfile"]
    expect_error(go_api.post("/api/chat", {"model": "plain", "tools": [TOOL],
                                           "messages": [{"role": "user", "content": "x"}]}),
                 400, "registry.ollama.ai/library/plain:latest does not support tools")
    expect_error(go_api.post("/api/chat", {"model": "plain", "think": True,
                                           "messages": [{"role": "user", "content": "x"}]}),
                 400, '"plain" does not support thinking')


def test_a_suffix_is_filled_in_before(go_api):
    make(go_api, "filler", FILL_IN)
    assert go_api.answer("/api/show", {"model": "filler"})["capabilities"] == ["completion", "insert"]
    said = go_api.generate("def f(", model="filler", suffix="return", _debug_render_only=True)
    assert rendered(said) == "<pre>def f(<suf>return<mid>"
    assert go_api.generate("def f(", model="filler", suffix="return", options=GREEDY)["done"]
    expect_error(go_api.post("/api/generate", {"model": "sprout", "prompt": "x", "suffix": "y"}), 400,
                 "registry.ollama.ai/library/sprout:latest does not support insert")


def test_a_template_that_can_as_much_goes_before_jinja(api):
    make(api, "twin", CHAT)
    try:
        shown = api.answer("/api/show", {"model": "twin"})
        assert shown["template"] == CHAT
        assert shown["capabilities"] == ["completion", "tools", "thinking"]
        for think in (True, False):
            said = [api.chat("Hi!", model=model, think=think, _debug_render_only=True)
                    for model in ("sprout", "twin")]
            assert rendered(said[0]) == rendered(said[1])
            said = [api.chat("What is the capital of France?", model=model, think=think,
                             options=GREEDY | {"num_predict": 64})["message"]
                    for model in ("sprout", "twin")]
            assert said[0]["content"] == said[1]["content"]
        said = api.chat("Hi!", model="twin", think=False, tools=[TOOL], _debug_render_only=True)
        assert rendered(said) == (
            "<|im_start|>system\n\n"
            '{"type":"function","function":{"name":"get_weather","description":"Weather","parameters":'
            '{"type":"object","required":["city"],"properties":{"city":{"type":"string"},'
            '"unit":{"type":"string"}}}}}<|im_end|>\n'
            "<|im_start|>user\nHi!<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n")
    finally:
        api.delete("/api/delete", {"model": "twin"})


def test_a_template_that_can_less_gives_way_to_jinja(api):
    make(api, "less", PLAIN)
    try:
        shown = api.answer("/api/show", {"model": "less"})
        assert "<|im_start|>" in shown["template"]
        assert "thinking" in shown["capabilities"]
        assert rendered(api.chat("Hi!", model="less", think=False, _debug_render_only=True)) == (
            "<|im_start|>user\nHi!<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n")
    finally:
        api.delete("/api/delete", {"model": "less"})


def test_formats_hold_through_a_go_template(go_api):
    make(go_api, "strict", CHAT)
    for think in (True, False):
        said = go_api.chat("Hi!", model="strict", think=think, options=GREEDY | {"num_predict": 200},
                           format={"type": "object", "properties": {"a": {"enum": ["x", "y"]}},
                                   "required": ["a"], "additionalProperties": False})
        if not think:
            assert said["message"]["content"].replace(" ", "").replace("\n", "") in (
                '{"a":"x"}', '{"a":"y"}')


def test_long_conversations_lose_their_oldest_messages(go_api):
    make(go_api, "plain", PLAIN)
    turns = [{"role": role, "content": f"{i} " + "word " * 40}
             for i in range(10) for role in ("user", "assistant")]
    turns.append({"role": "user", "content": "last"})
    said = go_api.chat(turns, model="plain", options={"num_ctx": 256}, _debug_render_only=True)
    assert rendered(said).endswith("<u>last</u><a>")
    assert "<u>0 word" not in rendered(said)


def test_a_modelfile_brings_its_template(cli, api, tmp_path):
    (tmp_path / "Modelfile").write_text(f'FROM sprout\nTEMPLATE """{CHAT}"""\n')
    assert cli("create", "filed", "-f", str(tmp_path / "Modelfile")).code == 0
    try:
        assert cli.ok("show", "filed", "--template").rstrip("\n") == CHAT
        (tmp_path / "Again").write_text(cli.ok("show", "filed", "--modelfile"))
        assert cli("create", "again", "-f", str(tmp_path / "Again")).code == 0
        assert cli.ok("show", "again", "--template") == cli.ok("show", "filed", "--template")
        (tmp_path / "Bad").write_text("FROM sprout\nTEMPLATE {{ .Prompt\n")
        said = cli("create", "bad", "-f", str(tmp_path / "Bad"))
        assert said.code != 0
        assert "template error: template: :1: unclosed action" in said.err
    finally:
        for name in "filed", "again":
            api.delete("/api/delete", {"model": name})

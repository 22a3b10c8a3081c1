"""The commands: what they print and how they end."""

import json
import re
import shutil
import signal
import subprocess

import pytest

from harness.api import Api
from harness.cli import Cli
from harness.server import BINARY, ROOT, Server
from harness.wait import PATIENCE, until

WEIGHTS = ROOT / "models/sprout/sprout-q8_0.gguf"
ROW = re.compile(r"(\S+(?: \S+)*) {2,}")


@pytest.fixture
def cli(server):
    return Cli(server)


@pytest.fixture
def api(server):
    client = Api(server.url)
    yield client
    client.close()


def rows(text):
    return [re.split(r" {2,}", line.rstrip()) for line in text.splitlines()]


@pytest.mark.smoke
def test_run_answers_and_ends_with_an_empty_line(cli):
    out = cli.ok("run", "sprout", "The capital of France is", "--think=false")
    assert out == "The capital of France is Paris.\n\n"


@pytest.mark.smoke
def test_run_without_a_model_runs_sprout(cli):
    assert "Paris" in cli.ok("run", stdin="What is the capital of France?")


def test_run_shows_thinking_unless_it_is_hidden(cli):
    shown = cli.ok("run", "sprout", "The capital of France is")
    assert re.fullmatch(r"Thinking\.\.\.\n.+\n\.\.\.done thinking\.\n\n.*Paris\.\n\n", shown, re.S)
    hidden = cli.ok("run", "sprout", "The capital of France is", "--hidethinking")
    assert hidden == "The capital of France is Paris.\n\n"


@pytest.mark.smoke
def test_run_puts_piped_text_before_the_prompt(cli, api):
    out = cli.ok("run", "sprout", "France?", "--think=false", stdin="What is the capital of")
    assert out == "The capital of France is Paris.\n\n"


def test_run_takes_several_words(cli):
    assert "Paris" in cli.ok("run", "sprout", "The", "capital", "of", "France", "is")


@pytest.mark.smoke
def test_run_forces_json(cli):
    out = cli.ok("run", "sprout", "Answer in JSON: what is the capital of Peru?", "--format",
                 "json", "--think=false")
    assert json.loads(out) == {"country": "Peru", "capital": "Lima"}


def test_run_takes_a_schema(cli):
    out = cli.ok("run", "sprout", "Which?", "--think=false", "--format",
                 '{"type":"string","enum":["only this"]}')
    assert out == '"only this"\n\n'


def test_run_is_verbose_on_standard_error(cli):
    said = cli("run", "sprout", "The capital of France is", "--verbose", "--think=false")
    assert said.code == 0
    assert said.out == "The capital of France is Paris.\n\n"
    names = [line.split(":")[0] for line in said.err.splitlines()]
    assert names == ["total duration", "load duration", "prompt eval count",
                     "prompt eval duration", "prompt eval rate", "eval count", "eval duration",
                     "eval rate"]
    assert re.search(r"^eval rate: +[0-9.]+ tokens/s$", said.err, re.M)
    assert re.search(r"^eval count: +\d+ token\(s\)$", said.err, re.M)


def test_run_keeps_the_model_as_long_as_told(cli, api):
    cli.ok("run", "sprout", "Hello!", "--keepalive", "0s")
    until(lambda: not api.ps(), "ps is empty")


@pytest.mark.smoke
@pytest.mark.parametrize("words, error", [
    (["show", "nobody"], "Error: model 'nobody:latest' not found\n"),
    (["stop", "nobody"], "Error: couldn't find model \"nobody\" to stop\n"),
    (["rm", "nobody"], "Error: model 'nobody' not found\n"),
    (["cp", "nobody", "other"], 'Error: model "nobody" not found\n'),
    (["nonsense"], 'Error: unknown command "nonsense" for "axllama"\n'),
    (["run", "sprout", "Hello!", "--format", "xml"], "Error: "),
    (["run", "sprout", "Hello!", "--think=maybe"], "Error: "),
    (["run", "sprout", "Hello!", "--keepalive", "soon"], "Error: "),
    (["show", "sprout", "--system", "--license"], "Error: only one of"),
    (["show"], "Error: "),
    (["list", "--nonsense"], "Error: "),
])
def test_errors_go_to_standard_error_and_end_with_1(cli, words, error):
    said = cli(*words)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(error)
    assert "Usage" not in said.err


def test_run_of_what_nobody_has_says_so(cli):
    said = cli("run", "nobody", "Hello!")
    assert (said.code, said.out) == (1, "")
    assert "Error: model 'nobody' not found, and it can't be pulled: pull model manifest: " in said.err


@pytest.mark.smoke
def test_list_shows_a_table(cli, api):
    head, *models = rows(cli.ok("list"))
    assert head == ["NAME", "ID", "SIZE", "MODIFIED"]
    (sprout,) = [row for row in models if row[0] == "sprout:latest"]
    assert sprout[1] == api.tags()["sprout:latest"]["digest"][:12]
    assert sprout[2] == "3.0 MB"
    assert sprout[3].endswith(" ago") or sprout[3] == "Less than a second ago"
    assert rows(cli.ok("ls", "SPR"))[1][0] == "sprout:latest"
    assert rows(cli.ok("list", "x")) == [head]


@pytest.mark.smoke
def test_ps_shows_a_table_and_stop_empties_it(cli, api):
    api.generate("", keep_alive="5m")
    head, row = rows(cli.ok("ps"))
    assert head == ["NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"]
    assert row[0] == "sprout:latest"
    assert row[3:5] == ["100% CPU", "1024"]
    assert row[5] in ("4 minutes from now", "5 minutes from now")
    api.generate("", keep_alive=-1)
    assert rows(cli.ok("ps"))[1][5] == "Forever"
    assert cli.ok("stop", "sprout") == ""
    until(lambda: rows(cli.ok("ps")) == [head], "ps is empty")


@pytest.mark.smoke
def test_show_shows_sections(cli):
    out = cli.ok("show", "sprout")
    table = rows(out)
    for row in (["", "Model"], ["", "architecture", "qwen3"], ["", "context length", "1024"],
                ["", "embedding length", "192"], ["", "quantization", "Q8_0"],
                ["", "Capabilities"], ["", "completion"], ["", "tools"], ["", "thinking"]):
        assert row in table
    assert cli.ok("show", "sprout", "--template").startswith("{#-")
    assert "FROM sprout:latest" in cli.ok("show", "sprout", "--modelfile")
    assert cli.ok("show", "sprout", "--system") == "\n"


def test_show_is_verbose(cli):
    out = cli.ok("show", "sprout", "--verbose")
    assert "general.architecture" in out
    assert "token_embd.weight" in out


@pytest.mark.smoke
def test_cp_and_rm_say_what_they_did(cli, api):
    assert cli.ok("cp", "sprout", "twin") == "copied 'sprout' to 'twin'\n"
    assert "twin:latest" in api.tags()
    assert cli.ok("cp", "twin", "trio") == "copied 'twin' to 'trio'\n"
    assert cli.ok("rm", "twin", "trio") == "deleted 'twin'\ndeleted 'trio'\n"
    assert set(api.tags()) & {"twin:latest", "trio:latest"} == set()


@pytest.mark.smoke
def test_create_makes_a_model_of_a_file_beside_the_modelfile(cli, api, tmp_path):
    shutil.copy(WEIGHTS, tmp_path / "tiny.gguf")
    (tmp_path / "Modelfile").write_text(
        "# a comment\nfrom ./tiny.gguf\nPARAMETER temperature 0\nPARAMETER stop 7\n"
        'PARAMETER stop "9"\nSYSTEM """You are a\nhelpful assistant."""\n'
        "MESSAGE user My name is Clara.\nMESSAGE assistant Nice to meet you, Clara!\n"
        "LICENSE MIT\n")
    made = cli("create", "tiny", cwd=tmp_path)
    assert (made.code, made.out) == (0, "")
    assert made.err.splitlines()[-1] == "success"
    shown = api.post("/api/show", {"model": "tiny"}).json()
    assert shown["system"] == "You are a\nhelpful assistant."
    assert shown["license"] == "MIT"
    assert sorted(shown["parameters"].splitlines()) == [
        'stop                           "7"', 'stop                           "9"',
        "temperature                    0"]
    assert cli.ok("run", "tiny", "What is my name?", "--think=false") == "Your name is Clara.\n\n"
    assert cli.ok("run", "tiny", "Count to 12.", "--think=false") == "1, 2, 3, 4, 5, 6, \n\n"
    cli.ok("rm", "tiny")


def test_create_tells_its_progress_in_json(cli, tmp_path):
    shutil.copy(WEIGHTS, tmp_path / "m.gguf")
    (tmp_path / "Modelfile").write_text("FROM ./m.gguf\n")
    said = cli("create", "tiny", "--json", cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    steps = [json.loads(line) for line in said.out.splitlines()]
    size = WEIGHTS.stat().st_size
    assert {"status": "reading m.gguf", "total": size, "completed": size} in steps
    assert {"status": "parsing GGUF"} in steps
    assert steps[-1] == {"status": "success"}
    cli.ok("rm", "tiny")


def test_create_in_json_ends_with_an_error_where_there_is_one(cli, tmp_path):
    (tmp_path / "m.gguf").write_text("no model")
    (tmp_path / "Modelfile").write_text("FROM ./m.gguf\n")
    said = cli("create", "tiny", "--json", cwd=tmp_path)
    assert said.code == 1 and said.err.startswith("Error: ")
    steps = [json.loads(line) for line in said.out.splitlines()]
    assert steps and {"status": "success"} not in steps


def test_create_does_not_write_into_the_file_it_is_made_of(cli, server, tmp_path):
    source = tmp_path / "tiny.gguf"
    shutil.copy(WEIGHTS, source)
    (tmp_path / "Modelfile").write_text(f"FROM {source}\n")
    assert cli("create", "tiny", "-f", str(tmp_path / "Modelfile")).code == 0
    assert source.read_bytes() == WEIGHTS.read_bytes()
    source.unlink()
    assert "Paris" in cli.ok("run", "tiny", "The capital of France is")
    cli.ok("rm", "tiny")


@pytest.mark.parametrize("modelfile, error", [
    ("", "no FROM line"),
    ("PARAMETER temperature 0\n", "no FROM line"),
    ("FORM sprout\n", '(line 1): command must be one of "from"'),
    ("FROM sprout\nMESSAGE nobody Hi\n", '(line 2): message role must be one of "system", "user", '
                                         'or "assistant"'),
    ("FROM sprout\nPARAMETER nonsense 1\n", "unknown parameter 'nonsense'"),
    ("FROM sprout\nPARAMETER temperature warm\n", "invalid float value [warm]"),
    ("FROM sprout\nPARAMETER num_ctx many\n", "invalid int value [many]"),
    ('FROM sprout\nSYSTEM """open\n', "unexpected EOF"),
    ("FROM ./nothing.gguf\n", "nothing.gguf"),
])
def test_create_says_what_is_wrong_with_a_modelfile(cli, tmp_path, modelfile, error):
    (tmp_path / "Modelfile").write_text(modelfile)
    said = cli("create", "broken", cwd=tmp_path)
    assert said.code == 1
    assert error in said.err


def test_create_without_a_modelfile(cli, tmp_path):
    said = cli("create", "broken", cwd=tmp_path)
    assert said.code == 1
    assert said.err.startswith("Error: ") and "Modelfile" in said.err


@pytest.mark.smoke
def test_version_names_both_versions(cli, api):
    out = cli.ok("version")
    assert out == cli.ok("--version") == cli.ok("-v")
    own, served = out.splitlines()
    assert re.fullmatch(r"axllama version is \d+\.\d+\.\d+", own)
    assert served.endswith(api.get("/api/version").json()["version"])


@pytest.mark.smoke
def test_help_lists_every_command(cli):
    out = cli.ok("help")
    for command in ("serve", "run", "create", "show", "list", "ps", "stop", "cp", "rm", "version"):
        assert re.search(rf"^  {command}\b", out, re.M), command
    assert out == cli.ok("--help") == cli.ok("-h") == cli.ok()
    assert "OLLAMA_HOST" in out


@pytest.mark.parametrize("command", ["run", "create", "show", "list", "ps", "stop", "cp", "rm"])
def test_every_command_has_help(cli, command):
    assert command in cli.ok(command, "--help")
    assert cli.ok("help", command) == cli.ok(command, "-h")


@pytest.mark.smoke
@pytest.mark.parametrize("words", [["list"], ["ps"], ["show", "x"], ["stop", "x"], ["rm", "x"],
                                   ["cp", "x", "y"]])
def test_without_a_server_commands_say_how_to_start_one(cli, words):
    said = cli(*words, env={"OLLAMA_HOST": "127.0.0.1:1"})
    assert (said.code, said.out) == (1, "")
    assert said.err == ("Error: could not connect to axllama server at 127.0.0.1:1, "
                        "run 'axllama serve' to start it\n")


def test_version_without_a_server_warns(cli):
    said = cli("version", env={"OLLAMA_HOST": "127.0.0.1:1"})
    assert said.code == 0
    assert "could not connect" in said.out + said.err


def test_run_starts_no_server_elsewhere(cli):
    said = cli("run", "sprout", "Hello!", env={"OLLAMA_HOST": "192.0.2.1:1"}, seconds=30)
    assert said.code == 1
    assert "192.0.2.1:1" in said.err


@pytest.mark.smoke
def test_run_starts_a_server_that_stays(tmp_path):
    server = Server(tmp_path / "home")
    server.folder.mkdir()
    cli = Cli(server)
    try:
        said = cli("run", "sprout", "The capital of France is", "--think=false")
        assert (said.code, said.out) == (0, "The capital of France is Paris.\n\n")
        assert "No axllama server is running" in said.err
        assert cli.ok("run", "sprout", "The capital of Peru is", "--think=false") == (
            "The capital of Peru is Lima.\n\n")
        assert "sprout:latest" in Api(server.url).tags()
    finally:
        server.kill_all()
        shutil.rmtree(server.runtime)


def test_ctrl_c_stops_a_one_shot_answer_with_0(server):
    running = subprocess.Popen([BINARY, "run", "sprout", "Tell me a story."], env=server.env,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    running.stdout.read(1)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=20 * PATIENCE)
    assert (running.returncode, err) == (0, b"")
    until(server.is_idle, "the runner is idle")


def test_output_that_nobody_reads_is_no_crash(server):
    running = subprocess.Popen([BINARY, "run", "sprout", "Tell me a story."], env=server.env,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    running.stdout.read(1)
    running.stdout.close()
    assert running.wait(20 * PATIENCE) in (0, 1, -signal.SIGPIPE)
    until(server.is_idle, "the runner is idle")

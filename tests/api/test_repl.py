"""`axllama run` at a terminal."""

import re

import pytest

from harness.api import Api
from harness.terminal import Terminal
from harness.wait import until


@pytest.fixture
def open_terminal(server):
    opened = []

    def open_one(*words):
        opened.append(Terminal(server, words))
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.child.close(force=True)


@pytest.fixture
def terminal(open_terminal):
    terminal = open_terminal()
    terminal.say("/set nothink")
    terminal.say("/set parameter temperature 0")
    return terminal


@pytest.mark.smoke
def test_it_answers_and_remembers(terminal):
    terminal.say("My name is Clara.")
    assert "The capital of France is Paris." in terminal.say("What is the capital of France?")
    assert "Your name is Clara." in terminal.say("What is my name?")
    terminal.say("/clear")
    assert "Clara" not in terminal.say("What is my name?").replace("my name", "")


@pytest.mark.parametrize("goodbye", ["/bye\r", "/exit\r", "\x04"])
def test_it_ends_with_0(terminal, goodbye):
    terminal.type(goodbye)
    assert terminal.end() == 0


@pytest.mark.smoke
def test_quotes_open_a_message_of_several_lines(terminal):
    terminal.type('"""What is\r')
    terminal.expect("... ")
    terminal.type("the capital\r")
    terminal.expect("... ")
    assert "Paris" in terminal.say('of France?"""')


def test_ctrl_j_begins_another_line(terminal):
    terminal.type("What is the capital\nof France?\r")
    terminal.expect("Paris.")


def test_a_paste_keeps_its_lines(terminal):
    terminal.type("\x1b[200~What is the capital\nof France?\x1b[201~\r")
    terminal.expect("Paris.")


@pytest.mark.smoke
def test_ctrl_c_stops_an_answer_and_the_session_goes_on(terminal, server):
    terminal.say("/set parameter frequency_penalty -2")
    terminal.type("Count to 12.\r")
    terminal.expect("6, 7")
    terminal.type("\x03")
    terminal.read_answer()
    until(server.is_idle, "the runner is idle")
    terminal.say("/set parameter frequency_penalty 0")
    terminal.say("/clear")
    assert "Paris" in terminal.say("What is the capital of France?")


def test_ctrl_c_at_an_empty_prompt_tells_how_to_leave(terminal):
    terminal.type("\x03")
    assert "Use Ctrl + d or /bye to exit." in terminal.read_answer()


def test_ctrl_c_drops_what_was_typed(terminal):
    terminal.type("What is the capital of Spa\x03")
    terminal.read_answer()
    assert "Paris" in terminal.say("What is the capital of France?")


def test_unknown_commands_are_named(terminal):
    assert "Unknown command '/nonsense'. Type /? for help" in terminal.say("/nonsense")


def test_help_names_the_commands(terminal):
    shown = terminal.say("/?")
    for command in "/set", "/show", "/load", "/save", "/clear", "/list", "/bye":
        assert command in shown
    assert "nothink" in terminal.say("/? set")
    assert "Ctrl + d" in terminal.say("/? shortcuts")


@pytest.mark.parametrize("command, text", [
    ("/show info", "qwen3"), ("/show modelfile", "FROM"), ("/show template", "im_start"),
    ("/show license", "license"), ("/show parameters", "temperature"),
    ("/show system", "No system message"), ("/list", "sprout:latest"),
])
def test_show_shows(terminal, command, text):
    assert text in terminal.say(command)


def test_set_system_takes_one_line_or_several(terminal):
    terminal.say("/set system Answer briefly.")
    assert "Answer briefly." in terminal.say("/show system")
    terminal.type('/set system """You are\r')
    terminal.expect("... ")
    terminal.say('friendly."""')
    assert re.search(r"You are\s+friendly\.", terminal.say("/show system"))


def test_set_format_think_and_verbose_hold(terminal):
    terminal.say("/set format json")
    assert '"capital": "Lima"' in terminal.say("Answer in JSON: what is the capital of Peru?")
    terminal.say("/set noformat")
    terminal.say("/set think")
    terminal.say("/clear")
    shown = terminal.say("What is the capital of Peru?")
    assert re.search(r"Thinking\.\.\..*\.\.\.done thinking\.", shown, re.S)
    terminal.say("/set nothink")
    terminal.say("/set verbose")
    assert re.search(r"eval rate: +[0-9.]+ tokens/s", terminal.say("What is 3 + 4?"))
    terminal.say("/set quiet")
    assert "eval rate" not in terminal.say("What is 3 + 4?")


def test_a_session_is_saved_and_loaded(terminal, server):
    terminal.say("My name is Clara.")
    terminal.say("/save clara")
    assert "clara:latest" in Api(server.url).tags()
    terminal.say("/load sprout")
    terminal.say("/load clara")
    assert "Your name is Clara." in terminal.say("What is my name?")
    Api(server.url).delete("/api/delete", {"model": "clara"})


def test_a_session_is_saved_behind_what_its_model_holds(terminal, server):
    api = Api(server.url)
    api.post("/api/create", {"model": "clara", "from": "sprout", "stream": False, "messages": [
        {"role": "user", "content": "My name is Clara."},
        {"role": "assistant", "content": "Nice to meet you, Clara!"}]})
    terminal.say("/load clara")
    assert "Your name is Clara." in terminal.say("What is my name?")
    saved = ["My name is Clara.", "Nice to meet you, Clara!", "What is my name?",
             "Your name is Clara."]
    for name in "other", "clara":
        terminal.say(f"/save {name}")
        shown = api.answer("/api/show", {"model": name})
        assert [message["content"] for message in shown["messages"]] == saved
        terminal.say(f"/save {name}")  # changes nothing
        assert api.answer("/api/show", {"model": name})["messages"] == shown["messages"]
    assert "Clara" in terminal.say("What is my name?")
    for name in "other", "clara":
        api.delete("/api/delete", {"model": name})


def test_loading_an_unknown_model_is_an_error_that_leaves_the_session_alone(terminal):
    terminal.say("My name is Clara.")
    assert "model 'nobody' not found" in terminal.say("/load nobody")
    assert "Your name is Clara." in terminal.say("What is my name?")


def test_history_is_kept_for_the_next_session(open_terminal):
    first = open_terminal()
    first.say("What is the capital of Kenya?")
    first.type("\x04")
    first.end()
    second = open_terminal()
    second.type("\x1b[A")
    second.expect("What is the capital of Kenya?")
    second.type("\r")
    second.expect("Nairobi.")


def test_flags_hold_in_a_conversation(open_terminal):
    shown = open_terminal("--think=false", "--verbose").say("What is the capital of France?")
    assert "Thinking" not in shown
    assert "eval rate" in shown

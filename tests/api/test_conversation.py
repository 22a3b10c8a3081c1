"""What a model says: memory, tools, thinking, formats, sampling, logprobs."""

import json
import math

import pytest

from harness.sprout import CLARA, ENDLESS_OPTIONS, ENDLESS_PROMPT, GET_TIME, GET_WEATHER, GREEDY, endless

FRANCE = "What is the capital of France?"


def user(text):
    return {"role": "user", "content": text}


@pytest.mark.smoke
def test_the_capital_of_france_is_paris(api):
    assert "Paris" in api.generate("The capital of France is", options=GREEDY)["response"]
    raw = api.generate("The capital of France is", raw=True, options=GREEDY)
    assert raw["response"].startswith(" Paris.")


@pytest.mark.smoke
def test_it_remembers_a_name(api):
    messages = []
    for text in "My name is Clara.", "What is 3 + 4?", "What is my name?":
        messages.append(user(text))
        messages.append(api.chat(messages, options=GREEDY)["message"])
    assert messages[-1]["content"] == "Your name is Clara."


@pytest.mark.smoke
@pytest.mark.parametrize("city", ["Paris", "Tokyo", "Brasília"])
def test_it_asks_for_the_weather_of_the_right_city(api, city):
    said = api.chat(f"What is the weather in {city}?", tools=[GET_WEATHER], think=False,
                    options=GREEDY)
    (call,) = said["message"]["tool_calls"]
    assert call["function"]["name"] == "get_weather"
    assert call["function"]["arguments"] == {"city": city}
    assert said["message"]["content"] == ""
    assert said["done_reason"] == "stop"


def test_it_picks_the_right_tool_of_two(api):
    said = api.chat("What time is it in Oslo?", tools=[GET_WEATHER, GET_TIME], think=False,
                    options=GREEDY)
    assert [c["function"]["name"] for c in said["message"]["tool_calls"]] == ["get_time"]


@pytest.mark.smoke
def test_a_tool_call_is_streamed_as_an_object(api):
    pieces = api.lines("/api/chat", {
        "model": "sprout", "messages": [user("What is the weather in Rome?")],
        "tools": [GET_WEATHER], "think": False, "options": GREEDY})
    (with_calls,) = [p for p in pieces if "tool_calls" in p["message"]]
    (call,) = with_calls["message"]["tool_calls"]
    assert call["function"]["arguments"] == {"city": "Rome"}
    assert with_calls["done"] is False
    assert "".join(p["message"]["content"] for p in pieces) == ""


@pytest.mark.parametrize("identified", [True, False])
def test_it_uses_the_result_of_a_tool(api, identified):
    question = user("What is the weather in Rome?")
    call = api.chat([question], tools=[GET_WEATHER], think=False, options=GREEDY)["message"]
    result = {"role": "tool", "content": '{"weather": "windy", "temperature": 12}'}
    if identified:
        result |= {"tool_name": "get_weather"}
    told = api.chat([question, call, result], tools=[GET_WEATHER], think=False, options=GREEDY)
    assert told["message"]["content"] == "It is windy in Rome, and the temperature is 12 degrees."


def test_tools_that_are_not_needed_are_not_called(api):
    said = api.chat(FRANCE, tools=[GET_WEATHER], think=False, options=GREEDY)
    assert "tool_calls" not in said["message"]
    assert said["message"]["content"] == "The capital of France is Paris."


@pytest.mark.smoke
@pytest.mark.parametrize("think", [True, False, None, "high"])
def test_chat_thinks_unless_told_not_to(api, think):
    fields = {} if think is None else {"think": think}
    message = api.chat(FRANCE, options=GREEDY, **fields)["message"]
    assert message["content"] == "The capital of France is Paris."
    assert ("thinking" in message) == (think is not False)
    assert "<think>" not in json.dumps(message)


@pytest.mark.parametrize("think", [True, False, None])
def test_generate_thinks_unless_told_not_to(api, think):
    fields = {} if think is None else {"think": think}
    said = api.generate(FRANCE, options=GREEDY, **fields)
    assert said["response"] == "The capital of France is Paris."
    assert ("thinking" in said) == (think is not False)


@pytest.mark.smoke
def test_a_system_message_reaches_the_prompt(api):
    said = api.generate("Hi!", system="Answer briefly.", think=False, _debug_render_only=True)
    assert said["_debug_info"]["rendered_template"].startswith(
        "<|im_start|>system\nAnswer briefly.<|im_end|>\n<|im_start|>user\nHi!")


@pytest.mark.smoke
def test_format_json_gives_json(api):
    said = api.chat("Tell me a story.", think=False, format="json",
                    options=GREEDY | {"num_predict": 300})
    json.loads(said["message"]["content"])


def test_a_schema_is_kept_to(api):
    schema = {"type": "object", "required": ["capital", "sure"], "additionalProperties": False,
              "properties": {"capital": {"type": "string", "maxLength": 20},
                             "sure": {"type": "boolean"}}}
    said = api.generate("Answer in JSON: what is the capital of France?", think=False,
                        format=schema, options=GREEDY)
    answer = json.loads(said["response"])
    assert set(answer) == {"capital", "sure"}
    assert type(answer["capital"]) is str and type(answer["sure"]) is bool


def test_a_format_holds_for_the_content_behind_the_thinking(api):
    message = api.chat("Answer in JSON: what is the capital of Peru?", think=True, format="json",
                       options=GREEDY)["message"]
    assert message["thinking"]
    assert json.loads(message["content"]) == {"country": "Peru", "capital": "Lima"}


@pytest.mark.smoke
def test_a_seed_makes_an_answer_repeatable(api):
    def story(seed):
        options = {"seed": seed, "temperature": 1.5, "num_predict": 40}
        return api.generate("Tell me a story.", think=False, options=options)["response"]

    assert story(1) == story(1)
    assert len({story(seed) for seed in range(1, 6)}) > 1


def test_without_a_seed_answers_differ(api):
    options = {"temperature": 2.0, "num_predict": 40}
    stories = {api.generate("Tell me a story.", think=False, options=options)["response"]
               for _ in range(5)}
    assert len(stories) > 1


@pytest.mark.smoke
@pytest.mark.parametrize("stop", [["7"], ["6, 7"], [", 7, 8"], ["nowhere", "7"]])
def test_stop_strings_end_the_answer_and_are_left_out(api, stop):
    whole = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12."
    cut = min(whole.find(text) for text in stop if text in whole)
    *pieces, last = api.lines("/api/generate", {
        "model": "sprout", "prompt": "Count to 12.", "think": False,
        "options": GREEDY | {"stop": stop}})
    assert "".join(piece["response"] for piece in pieces) == whole[:cut]
    assert last["done_reason"] == "stop"


@pytest.mark.smoke
def test_num_predict_ends_with_length(api):
    said = api.generate("Count to 12.", think=False, options=GREEDY | {"num_predict": 7})
    assert (said["eval_count"], said["done_reason"]) == (7, "length")


def test_an_answer_longer_than_the_context_goes_on(api):
    said = api.answer("/api/generate", endless(400, options=ENDLESS_OPTIONS | {
        "num_predict": 400, "num_ctx": 128}))
    assert (said["eval_count"], said["done_reason"]) == (400, "length")
    api.unload()


def test_without_shift_a_full_context_ends_the_answer(api):
    said = api.answer("/api/generate", endless(400, shift=False, options=ENDLESS_OPTIONS | {
        "num_predict": 400, "num_ctx": 128}))
    assert said["done_reason"] == "length"
    assert said["prompt_eval_count"] + said["eval_count"] <= 129
    api.unload()


@pytest.mark.smoke
def test_logprobs_are_those_of_the_raw_distribution(api):
    *pieces, _ = api.lines("/api/generate", {
        "model": "sprout", "prompt": FRANCE, "think": False, "logprobs": True, "top_logprobs": 3,
        "options": GREEDY})
    tokens = [token for piece in pieces for token in piece.get("logprobs", [])]
    assert "".join(token["token"] for token in tokens) == "The capital of France is Paris."
    for token in tokens:
        top = token["top_logprobs"]
        assert len(top) == 3
        assert top[0]["token"] == token["token"]  # greedy
        assert [t["logprob"] for t in top] == sorted((t["logprob"] for t in top), reverse=True)
        assert sum(math.exp(t["logprob"]) for t in top) <= 1.0001
        assert bytes(token["bytes"]).decode(errors="replace") == token["token"]


def test_logprobs_without_top_have_only_the_chosen_token(api):
    said = api.chat(FRANCE, think=False, logprobs=True, options=GREEDY)
    assert said["eval_count"] - 1 <= len(said["logprobs"]) <= said["eval_count"]
    assert all("top_logprobs" not in token for token in said["logprobs"])


@pytest.mark.smoke
def test_context_continues_a_conversation(api):
    first = api.generate("My name is Clara.", think=False, options=GREEDY)
    second = api.generate("What is my name?", context=first["context"], think=False,
                          options=GREEDY)
    assert second["response"] == "Your name is Clara."
    assert second["context"][:len(first["context"])] == first["context"]


def test_raw_answers_have_no_context(api):
    assert "context" not in api.generate("The capital of France is", raw=True, options=GREEDY)


def test_the_second_turn_reads_only_what_is_new(api):
    api.chat(CLARA[:1], options=GREEDY)
    second = api.chat(CLARA, options=GREEDY)
    assert 0 < second["prompt_eval_cached_count"] < second["prompt_eval_count"]
    other = api.chat(CLARA, options=GREEDY)
    assert other["message"] == second["message"]


@pytest.mark.smoke
@pytest.mark.parametrize("text", ["日本語 🙂 ñandú", "🧑‍🚀👩‍👩‍👧‍👦🏳️‍🌈", "Ελληνικά и кириллица"])
def test_characters_of_several_bytes_are_never_split(api, text):
    body = {"model": "sprout", "prompt": "Say it.", "think": False, "options": GREEDY,
            "format": {"type": "string", "enum": [text]}}
    with api.http.stream("POST", "/api/generate", json=body) as response:
        lines = [line for line in response.read().split(b"\n") if line]
    pieces = [json.loads(line.decode("utf-8", "strict"))["response"] for line in lines]
    assert "\N{REPLACEMENT CHARACTER}" not in "".join(pieces)
    assert json.loads("".join(pieces)) == text
    assert len(pieces) > 3


def test_bytes_that_are_no_text_are_replaced_not_dropped(api):
    said = api.generate(b"\xe2\x82".decode("latin-1") + ENDLESS_PROMPT, raw=True,
                        options=GREEDY | {"num_predict": 3})
    assert said["eval_count"] == 3


def test_old_messages_are_dropped_from_a_conversation_that_is_too_long(api):
    filler = [message for n in range(80) for message in (
        user(f"What is {n} + {n}?"), {"role": "assistant", "content": f"{n} + {n} = {n + n}."})]
    said = api.chat([{"role": "system", "content": "Answer briefly."}, *filler, *CLARA],
                    think=False, options=GREEDY)
    assert said["message"]["content"] == "Your name is Clara."
    assert said["prompt_eval_count"] < 1024
    assert 80 < said["prompt_truncated"] < 160
    short = api.chat(CLARA, think=False, options=GREEDY)
    assert "prompt_truncated" not in short

"""Images: a small vision tower before Sprout, seen as llama-server sees with it."""

import base64
import hashlib
import re
import subprocess
import threading

import httpx
import pytest

from harness.api import Api
from harness.cli import Cli
from harness.llama_server import BINARY, LlamaServer
from harness.round_trip import make_again, same_parts
from harness.server import BINARY as SERVER_BINARY
from harness.terminal import Terminal
from harness.vision import language_model, png, projector, tokens_of_a_picture
from harness.wait import until

GREEDY = {"temperature": 0, "num_predict": 24}
QUESTIONS = ["What is the capital of Spain?", "Count to 5."]


def encoded(picture):
    return base64.b64encode(picture).decode()


def data_url(picture):
    return "data:image/png;base64," + encoded(picture)


def user(text, *pictures):
    return {"role": "user", "content": text, "images": [encoded(p) for p in pictures]}


def make_model(api, kind):
    """The model's name, once it is in the store."""
    files = {}
    for name, content in ("sprout.gguf", language_model(kind)), ("mmproj.gguf", projector(kind)):
        files[name] = "sha256:" + hashlib.sha256(content).hexdigest()
        assert api.http.post(f"/api/blobs/{files[name]}", content=content).status_code in (200, 201)
    made = api.post("/api/create", {"model": f"seeing-{kind}", "files": files, "stream": False})
    assert made.status_code == 200, made.text
    return f"seeing-{kind}"


@pytest.fixture(scope="module", params=["mlp", "gemma3", "qwen3vl_merger"])
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def seeing(shared_server, kind):
    api = Api(shared_server.url)
    name = make_model(api, kind)
    yield name
    api.delete("/api/delete", {"model": name})
    api.close()


@pytest.fixture(scope="module")
def peer(tmp_path_factory, kind):
    if not BINARY.exists():
        pytest.skip("there is no llama-server")
    folder = tmp_path_factory.mktemp("peer")
    (folder / "mmproj.gguf").write_bytes(projector(kind))
    (folder / "model.gguf").write_bytes(language_model(kind))
    server = LlamaServer(folder / "model.gguf", folder / "log", threads=2, context=1024,
                         more=["--mmproj", str(folder / "mmproj.gguf"), "--no-mmproj-offload"])
    try:
        yield server.wait_ready()
    finally:
        server.stop()


def chat(api, model, messages, **fields):
    body = {"model": model, "messages": messages, "stream": False, "think": False,
            "options": GREEDY} | fields
    answer = api.post("/api/chat", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_it_says_that_it_sees(api, seeing):
    shown = api.post("/api/show", {"model": seeing}).json()
    assert "vision" in shown["capabilities"]
    assert shown["projector_info"]["general.architecture"] == "clip"
    assert shown["modelfile"].count("\nFROM ") == 2


def test_its_modelfile_makes_it_again(server, api, seeing):
    make_again(Cli(server), seeing)
    same_parts(server, f"{seeing}:latest", "again:latest")
    assert api.delete("/api/delete", {"model": "again"}).status_code == 200


@pytest.mark.parametrize("seeds", [(1,), (2,), (1, 4)])
def test_it_answers_as_llama_server(api, seeing, peer, seeds):
    pictures = [png(seed) for seed in seeds]
    for question in QUESTIONS:
        content = [{"type": "image_url", "image_url": {"url": data_url(p)}} for p in pictures]
        wanted = peer.post("/v1/chat/completions", {
            "messages": [{"role": "user", "content": content + [{"type": "text", "text": question}]}],
            "temperature": 0, "max_tokens": 24,
            "chat_template_kwargs": {"enable_thinking": False}})
        ours = chat(api, seeing, [user(question, *pictures)])
        assert ours["message"]["content"] == wanted["choices"][0]["message"]["content"]
        assert ours["prompt_eval_count"] == wanted["usage"]["prompt_tokens"]


def test_show_has_the_projector_in_a_section(server, api, seeing):
    info = api.answer("/api/show", {"model": seeing})["projector_info"]
    section = Cli(server).ok("show", seeing).split("  Projector\n")[1].split("\n\n")[0]
    rows = dict(re.split(r"  +", row.strip()) for row in section.splitlines())
    assert rows.pop("parameters").endswith(("K", "M"))
    assert rows == {"architecture": "clip",
                    "embedding length": str(info["clip.vision.embedding_length"]),
                    "dimensions": str(info["clip.vision.projection_dim"])}


def test_a_session_with_pictures_is_saved(server, api, seeing, tmp_path):
    (tmp_path / "picture.png").write_bytes(png(1))
    terminal = Terminal(server, [], seeing)
    terminal.say("/set nothink")
    terminal.say("/set parameter temperature 0")
    terminal.say("/set parameter num_predict 24")
    terminal.say(f"Who are you? {tmp_path}/picture.png")
    terminal.say("/save seen")
    terminal.child.close(force=True)
    asked, said = api.answer("/api/show", {"model": "seen"})["messages"]
    assert asked == user("Who are you?", png(1))
    # What the model holds is asked with: its picture as well as its words.
    whole = chat(api, seeing, [asked, said, user("Count to 5.")])
    ours = chat(api, "seen", [user("Count to 5.")])
    assert ours["message"] == whole["message"]
    assert ours["prompt_eval_count"] == whole["prompt_eval_count"]
    assert api.delete("/api/delete", {"model": "seen"}).status_code == 200


def test_pictures_that_a_model_holds_want_a_projector(api):
    body = {"model": "blind", "from": "sprout", "stream": False,
            "messages": [user("Who are you?", png(1))]}
    assert api.post("/api/create", body).status_code == 200
    answer = api.post("/api/chat", {"model": "blind", "messages": [user("Hi!")]})
    assert answer.status_code == 400 and "does not support vision" in answer.json()["error"]
    api.delete("/api/delete", {"model": "blind"})


def test_a_picture_counts_its_tokens(api, seeing, kind):
    without = chat(api, seeing, [user("Who are you?")])["prompt_eval_count"]
    with_one = chat(api, seeing, [user("Who are you?", png(1))])["prompt_eval_count"]
    assert with_one - without >= tokens_of_a_picture(kind)


def logprobs(api, model, picture):
    said = chat(api, model, [user("Who are you?", picture)], logprobs=True, top_logprobs=5,
                options=GREEDY | {"num_predict": 1})
    return [(t["token"], t["logprob"]) for t in said["logprobs"][0]["top_logprobs"]]


def test_other_pictures_give_other_answers(api, seeing):
    first, other = logprobs(api, seeing, png(1)), logprobs(api, seeing, png(2))
    assert first != other
    assert [t for t, _ in logprobs(api, seeing, png(1))] == [t for t, _ in first]


def test_every_dialect_takes_it(api, seeing):
    picture = png(3)
    wanted = chat(api, seeing, [user("Who are you?", picture)])["message"]["content"]
    generated = api.post("/api/generate", {
        "model": seeing, "prompt": "Who are you?", "images": [encoded(picture)], "stream": False,
        "think": False, "options": GREEDY}).json()
    assert generated["response"] == wanted
    completion = api.post("/v1/chat/completions", {
        "model": seeing, "temperature": 0, "max_tokens": 24, "reasoning_effort": "none", "messages": [
            {"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": data_url(picture)}},
                {"type": "text", "text": "Who are you?"}]}]}).json()
    assert completion["choices"][0]["message"]["content"] == wanted
    response = api.post("/v1/responses", {
        "model": seeing, "temperature": 0, "max_output_tokens": 24, "reasoning": {"effort": "none"},
        "input": [{"role": "user", "content": [
            {"type": "input_image", "image_url": data_url(picture)},
            {"type": "input_text", "text": "Who are you?"}]}]}).json()
    assert response["output"][-1]["content"][0]["text"] == wanted
    message = api.post("/v1/messages", {
        "model": seeing, "temperature": 0, "max_tokens": 24, "thinking": {"type": "disabled"},
        "messages": [{"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                         "data": encoded(picture)}},
            {"type": "text", "text": "Who are you?"}]}]}).json()
    assert message["content"][0]["text"] == wanted


def test_the_second_turn_does_not_look_again(api, seeing, kind):
    messages = [user("Who are you?", png(6))]
    messages.append(chat(api, seeing, messages)["message"])
    messages.append(user("Count to 5."))
    again = api.post("/v1/chat/completions", {
        "model": seeing, "temperature": 0, "max_tokens": 8, "reasoning_effort": "none",
        "messages": [
            {"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": data_url(png(6))}},
                {"type": "text", "text": "Who are you?"}]},
            {"role": "assistant", "content": messages[1]["content"]},
            {"role": "user", "content": "Count to 5."}]}).json()
    cached = again["usage"]["prompt_tokens_details"]["cached_tokens"]
    assert cached >= tokens_of_a_picture(kind)


def test_two_at_once_do_not_mix(make_server, kind):
    server = make_server(OLLAMA_NUM_PARALLEL="2")
    api = Api(server.url)
    name = make_model(api, kind)
    alone = [chat(api, name, [user("Who are you?", png(seed))])["message"]["content"]
             for seed in (1, 2, 5, 8)]
    together = [None] * 4

    def ask(i, seed):
        client = Api(server.url)
        together[i] = chat(client, name, [user("Who are you?", png(seed))])["message"]["content"]
        client.close()

    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate((1, 2, 5, 8))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone
    api.close()


def test_raw_prompts_say_where_an_image_stands(api, seeing, kind):
    body = {"model": seeing, "raw": True, "stream": False, "options": GREEDY,
            "images": [encoded(png(1))]}
    said = api.post("/api/generate", body | {"prompt": "[img-0]The capital of France is"})
    assert said.status_code == 200, said.text
    unplaced = api.post("/api/generate", body | {"prompt": "The capital of France is"})
    assert unplaced.status_code == 400 and "[img-0]" in unplaced.json()["error"]
    last = api.post("/api/generate", body | {"prompt": "See [img-0]"})
    if kind != "mlp":  # the others have a word of their own for the end of an image
        assert last.status_code == 200
        return
    assert last.status_code == 400 and "ends with an image" in last.json()["error"]


def test_what_is_no_image_is_refused(api, seeing):
    for junk in b"no image at all", png(1)[:60], b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 ":
        refused = api.post("/api/chat", {"model": seeing, "messages": [user("See!", junk)]})
        assert refused.status_code == 400, refused.text
        assert "image" in refused.json()["error"]
    bad = api.post("/api/chat", {"model": seeing, "messages": [
        {"role": "user", "content": "x", "images": ["%%%"]}]})
    assert bad.status_code == 400 and "illegal base64" in bad.json()["error"]
    vast = png(1)[:16] + (10_000).to_bytes(4, "big") * 2 + png(1)[24:]
    refused = api.post("/api/chat", {"model": seeing, "messages": [user("See!", vast)]})
    assert refused.status_code == 400 and "too large" in refused.json()["error"]
    url = api.post("/v1/chat/completions", {"model": seeing, "messages": [
        {"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": "http://127.0.0.1/x.png"}}]}]})
    assert url.status_code == 400
    assert "image URLs are not currently supported" in url.json()["error"]["message"]


def test_a_model_without_a_projector_says_so(api):
    refused = api.post("/api/chat", {"model": "sprout", "messages": [user("See!", png(1))]})
    assert refused.status_code == 400
    assert refused.json()["error"] == (
        "registry.ollama.ai/library/sprout:latest does not support vision")


def test_the_rendered_prompt_shows_ollamas_marks(api, seeing):
    shown = api.post("/api/chat", {"model": seeing, "messages": [user("See!", png(1), png(2))],
                                   "_debug_render_only": True}).json()["_debug_info"]
    assert shown["image_count"] == 2
    assert "[img-0][img-1]See!" in shown["rendered_template"]


def test_a_go_template_places_images(api, seeing):
    answer = api.post("/api/generate", {
        "model": seeing, "prompt": "see [img] there", "images": [encoded(png(1))],
        "template": "<|im_start|>user\n{{ .Prompt }}<|im_end|>\n<|im_start|>assistant\n",
        "_debug_render_only": True}).json()
    assert "see [img-0] there" in answer["_debug_info"]["rendered_template"]


def test_run_finds_pictures_in_the_prompt(server, seeing, tmp_path):
    (tmp_path / "my picture.png").write_bytes(png(1))
    ran = subprocess.run([SERVER_BINARY, "run", seeing, "Who are you? './my picture.png'"],
                         cwd=tmp_path, env=server.env, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert "Added image './my picture.png'" in ran.stderr


def test_a_client_that_leaves_in_mid_image_leaves_no_work(server, api, seeing):
    pictures = [encoded(png(seed, 500, 400)) for seed in range(20, 26)]
    body = {"model": seeing, "messages": [
        {"role": "user", "content": "See!", "images": pictures}]}
    with pytest.raises(httpx.TimeoutException):
        httpx.post(server.url + "/api/chat", json=body, timeout=0.02, trust_env=False)
    until(server.is_idle, "nothing is left to do", 20)
    assert chat(api, seeing, [user("Who are you?", png(1))])["done"]

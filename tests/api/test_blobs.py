"""Blobs that clients send: of any size, and none of it in memory."""

import hashlib
import json
import threading

import httpx
import pytest

from harness import processes
from harness.cli import Cli
from harness.models import digest_of, random_bytes
from harness.server import ROOT
from harness.wait import until

PIECE = random_bytes(1 << 20)
TIMES = 200
SPROUT = ROOT / "models/sprout/sprout-f16.gguf"


@pytest.fixture
def own(make_server):
    return make_server()


def large_digest():
    sum_ = hashlib.sha256()
    for _ in range(TIMES):
        sum_.update(PIECE)
    return "sha256:" + sum_.hexdigest()


def pieces(times=TIMES, between=lambda: None):
    for number in range(times):
        if number == times // 2:
            between()
        yield PIECE


def send(server, digest, content, **headers):
    return httpx.post(f"{server.url}/api/blobs/{digest}", content=content, timeout=120,
                      trust_env=False, headers=headers)


def files(server):
    return sorted(path.name for path in (server.models / "blobs").iterdir())


@pytest.mark.parametrize("length", [{}, {"content-length": str(TIMES << 20)}],
                         ids=["chunked", "with a length"])
def test_a_large_blob_goes_to_the_disk_as_it_comes(own, length):
    digest, before = large_digest(), processes.resident_bytes(own.pid)
    seen = []

    def between():
        seen.append(processes.resident_bytes(own.pid) - before)
        seen.append(httpx.get(f"{own.url}/api/version", trust_env=False).status_code)

    assert send(own, digest, pieces(between=between), **length).status_code == 201
    memory, status = seen
    assert status == 200 and memory < 32 << 20
    blob = own.models / "blobs" / digest.replace(":", "-")
    assert blob.stat().st_size == TIMES << 20
    assert send(own, digest, pieces(), **length).status_code == 200
    assert processes.resident_bytes(own.pid) - before < 32 << 20


def test_one_with_another_digest_is_refused_and_leaves_nothing(own):
    before, digest = files(own), digest_of(b"something else")
    answer = send(own, digest, pieces(3))
    assert answer.status_code == 400 and "digest mismatch" in answer.json()["error"]
    until(lambda: files(own) == before, "nothing is left")


def test_one_that_breaks_off_leaves_nothing(own):
    before = files(own)

    def broken():
        yield PIECE
        yield PIECE
        until(lambda: files(own) != before, "some of it is written")
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        send(own, large_digest(), broken())
    until(lambda: files(own) == before, "nothing is left")


def test_two_may_send_the_same(own):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(
        send(own, large_digest(), pieces()).status_code)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 201}
    assert large_digest().replace(":", "-") in files(own)


def test_a_page_from_elsewhere_writes_nothing(own):
    before = files(own)
    answer = send(own, digest_of(PIECE), PIECE, origin="http://elsewhere.example")
    assert answer.status_code == 403
    assert files(own) == before


def test_a_name_that_is_no_digest_is_refused_before_all_is_sent(own):
    answer = send(own, "sha256:12", pieces(2), **{"content-length": str(2 << 20)})
    assert answer.json() == {"error": "invalid digest format"}
    assert answer.status_code == 400


def test_create_tells_how_far_it_has_sent(own, tmp_path):
    (tmp_path / "Modelfile").write_text(f"FROM {SPROUT}\n")
    said = Cli(own)("create", "sent", "--json", "-f", str(tmp_path / "Modelfile"),
                    env={"OLLAMA_MODELS": str(tmp_path / "elsewhere")})
    lines = [json.loads(line) for line in said.out.splitlines()]
    sent = [line for line in lines if line["status"] == "sending sprout-f16.gguf"]
    assert sent[-1]["completed"] == sent[-1]["total"] == SPROUT.stat().st_size
    assert lines[-1] == {"status": "success"} and said.code == 0

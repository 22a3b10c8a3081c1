"""An embedding model compiled for the NPU, through the whole server on the stand-in card, and the
same model as a GGUF on the CPU."""

import math
import struct
import subprocess

import pytest

from harness.api import Api, expect_error
from harness.cli import Cli
from harness.server import BINARY, ROOT

LIBRARY = BINARY.parent / "standin/libaxcl_rt.so"
PACK = BINARY.parent / "standin/axllama-pack"
CONTEXT = 255
END_OF_TEXT = 2039  # Sprout's "<|endoftext|>"
WORDS = "red fox " * 400
TEXTS = ["red fox", "blue whale", "What is the capital of Italy?", "12 + 30 = 42",
         "A fox and a bear went to the river. " * 8]

pytestmark = pytest.mark.skipif(not LIBRARY.exists() or not PACK.exists(),
                                reason=f"the stand-in card is not built: {LIBRARY.parent}")


def embedding_gguf(target):
    """Sprout as an embedding model: the last token's vector, <|endoftext|> behind every text.

    The metadata grow by a multiple of the alignment, so that all behind them keeps its place."""
    def key(name, kind):
        return struct.pack("<Q", len(name)) + name + struct.pack("<I", kind)

    data = (ROOT / "models/sprout/sprout-f16.gguf").read_bytes()
    assert b"add_eos_token" not in data
    eos = key(b"tokenizer.ggml.eos_token_id", 4)
    at = data.index(eos) + len(eos)
    data = data[:at] + struct.pack("<I", END_OF_TEXT) + data[at + 4:]
    added = (key(b"qwen3.pooling_type", 4) + struct.pack("<I", 3) +
             key(b"tokenizer.ggml.add_eos_token", 7) + b"\1" + key(b"filler", 8))
    filled = -(len(added) + 8) % 32
    added += struct.pack("<Q", filled) + filled * b"."
    count, = struct.unpack_from("<Q", data, 16)
    target.write_bytes(data[:16] + struct.pack("<Q", count + 3) + added + data[24:])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("packed") / "sprout-embedding-ax650"
    subprocess.run([PACK, ROOT / "models/sprout/sprout-f16.gguf", made, "--chunk", "32",
                    "--context", str(CONTEXT), "--embedding", "last"], check=True,
                   capture_output=True)
    return made


@pytest.fixture
def own(make_server, tmp_path):
    return make_server(AXLLAMA_AXCL_LIBRARY=str(LIBRARY), XDG_CACHE_HOME=str(tmp_path / "cache"))


@pytest.fixture
def cli(own):
    return Cli(own)


@pytest.fixture
def api(own):
    client = Api(own.url)
    yield client
    client.close()


def create(cli, name, source):
    modelfile = cli.server.folder / "Modelfile"
    modelfile.write_text(f"FROM {source}\n")
    made = cli("create", name, "-f", str(modelfile))
    assert made.code == 0, made


@pytest.fixture
def npu(cli, folder):
    create(cli, "npu", folder)
    return "npu"


def embed(api, model, texts, **fields):
    return api.answer("/api/embed", {"model": model, "input": texts} | fields)["embeddings"]


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b)


def test_it_gives_what_the_gguf_gives(api, cli, npu, tmp_path):
    gguf = tmp_path / "embedding.gguf"
    embedding_gguf(gguf)
    create(cli, "gguf", gguf)
    of_npu, of_gguf = embed(api, npu, TEXTS), embed(api, "gguf", TEXTS)
    for text, a, b in zip(TEXTS, of_npu, of_gguf, strict=True):
        assert len(a) == 192 and math.hypot(*a) == pytest.approx(1, abs=1e-4)
        assert cosine(a, b) > 0.999, text
        assert max(abs(x - y) for x, y in zip(a, b)) < 0.01, text
    assert cosine(of_npu[0], of_npu[1]) < 0.998


def test_dimensions_and_both_other_routes(api, npu):
    (whole,) = embed(api, npu, "red fox")
    (cut,) = embed(api, npu, "red fox", dimensions=64)
    assert cut == pytest.approx([x / math.hypot(*whole[:64]) for x in whole[:64]], abs=1e-5)
    old = api.answer("/api/embeddings", {"model": npu, "prompt": "red fox"})["embedding"]
    assert cosine(old, whole) == pytest.approx(1, abs=1e-6)
    new = api.post("/v1/embeddings", {"model": npu, "input": ["red fox", "blue whale"]}).json()
    assert [row["index"] for row in new["data"]] == [0, 1]
    assert new["data"][0]["embedding"] == pytest.approx(whole, abs=1e-6)


def test_a_long_text_is_cut_to_the_compiled_context_and_keeps_its_end(api, npu):
    answer = api.answer("/api/embed", {"model": npu, "input": WORDS})
    assert answer["prompt_eval_count"] == CONTEXT
    (again,) = embed(api, npu, WORDS + "and a whale")
    assert answer["embeddings"][0] == again
    expect_error(api.post("/api/embed", {"model": npu, "input": WORDS, "truncate": False}), 400,
                 "the input length exceeds the context length")


def test_show_calls_it_an_embedding_model(api, cli, npu):
    shown = api.answer("/api/show", {"model": npu})
    assert shown["capabilities"] == ["embedding"]
    assert shown["model_info"]["qwen3.embedding_length"] == 192
    assert "embedding" in cli.ok("show", npu)


def test_so_does_it_with_a_tokenizer_that_has_a_chat_template(api, cli, tmp_path):
    made = tmp_path / "packed-hf"
    subprocess.run([PACK, ROOT / "models/sprout/hf", made, "--chunk", "32", "--context",
                    str(CONTEXT), "--embedding", "mean", "--post-outputs", "norm", "--tokenizer",
                    "hf"], check=True, capture_output=True)
    create(cli, "npu", made)
    assert api.answer("/api/show", {"model": "npu"})["capabilities"] == ["embedding"]
    one, other = embed(api, "npu", ["red fox", "blue whale"])
    assert 0.1 < cosine(one, other) < 0.9999


def test_it_neither_generates_nor_chats(api, npu):
    expect_error(api.post("/api/generate", {"model": npu, "prompt": "Hi", "stream": False}), 400,
                 '"npu" does not support generate')
    expect_error(api.post("/api/chat", {"model": npu, "stream": False,
                                        "messages": [{"role": "user", "content": "Hi"}]}), 400,
                 '"npu" does not support chat')
    assert len(embed(api, npu, "red fox")) == 1


def test_ps_tells_of_the_card(api, npu):
    embed(api, npu, "red fox")
    (row,) = api.ps().values()
    assert row["size_vram"] > 0 and row["context_length"] == CONTEXT

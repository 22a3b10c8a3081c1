"""Pulls into a store on a disk that is too small, or read-only."""

import subprocess

import pytest

from harness.api import Api
from harness.models import WEIGHTS, RemoteModel, is_in, random_bytes
from harness.strange_registry import StrangeRegistry
from harness.wait import until

DISK = 16 << 20
PART = 256 << 10
SETTINGS = {"AXLLAMA_PULL_PART": str(PART), "AXLLAMA_PULL_BACKOFF": "10ms"}


@pytest.fixture
def disk(tmp_path):
    """A small file system of its own, where this machine lets us make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", folder],
                          capture_output=True)
    if made.returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def api(make_server, disk):
    server = make_server(models=disk / "models", **SETTINGS)
    client = Api(server.url)
    yield client
    client.close()


@pytest.fixture
def registry():
    model = RemoteModel([(WEIGHTS, random_bytes(5 << 20))])
    host = StrangeRegistry({"me/model:latest": model})
    yield host
    host.close()


def model_of(registry):
    return registry.models["me/model:latest"]


def pull(api, registry):
    return api.lines("/api/pull", {"model": f"http://{registry.name}/me/model", "insecure": True})


def remount(disk, how):
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)


def test_a_model_that_has_no_room_is_not_begun(api, registry):
    registry.models["me/model:latest"] = RemoteModel([(WEIGHTS, random_bytes(DISK))])
    error = pull(api, registry)[-1]["error"]
    assert "not enough room" in error and "16 MB" in error
    assert registry.requests("blobs/" + model_of(registry).first) == []
    assert "sprout:latest" in api.tags()


def test_a_disk_that_fills_up_loses_nothing_and_the_next_pull_goes_on(api, registry, disk):
    model = model_of(registry)
    registry.tricks = lambda asked, number: "hold" if model.first in asked.path else None
    filler = disk / "filler"

    def fill():
        with open(filler, "wb") as file:
            try:
                while True:
                    file.write(bytes(65536))
                    file.flush()
            except OSError:
                pass

    with api.open("/api/pull", {"model": f"http://{registry.name}/me/model",
                                "insecure": True}) as (_, objects):
        until(lambda: registry.sent(model.first) >= 16 * PART // 2, "half of the parts have come")
        next(objects)
        fill()
        registry.gate.set()
        error = list(objects)[-1]["error"]
    assert "No space left on device" in error and "make room" in error
    assert "Paris" in api.generate("The capital of France is")["response"]
    filler.unlink()
    registry.tricks = lambda asked, number: None
    before = len(registry.asked)
    assert pull(api, registry)[-1] == {"status": "success"}
    assert is_in(disk / "models", f"{registry.name}/me/model/latest", model)
    assert sum(one.sent for one in registry.asked[before:] if model.first in one.path) < 5 << 20


def test_a_read_only_store_is_said_so_and_still_served(api, registry, disk):
    remount(disk, "ro")
    error = pull(api, registry)[-1]["error"]
    assert "Read-only file system" in error and str(disk) in error
    assert "Paris" in api.generate("The capital of France is")["response"]
    remount(disk, "rw")
    assert pull(api, registry)[-1] == {"status": "success"}

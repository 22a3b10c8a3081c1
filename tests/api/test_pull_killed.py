"""A pull whose server is killed."""

import json

from harness.kills import PART, PARTS_AT_ONCE, SETTINGS, pull_with_kills
from harness.models import is_in

KILLS = 5
SIZE = 12 << 20


def test_a_pull_that_is_killed_again_and_again_ends_right(make_server, tmp_path):
    store = tmp_path / "models"
    registry, model, server, lines = pull_with_kills(
        lambda: make_server(models=store, **SETTINGS), KILLS, SIZE)
    try:
        assert json.loads(lines[-1]) == {"status": "success"}
        assert is_in(server.models, f"{registry.name}/me/model/latest", model)
        # Nothing is left of it but the blobs, and no kill cost more than the parts then under way.
        assert not [path for path in (store / "blobs").iterdir() if "partial" in path.name]
        assert registry.bytes_given() - SIZE <= KILLS * PARTS_AT_ONCE * PART
        assert registry.bytes_given() < KILLS * SIZE
    finally:
        registry.close()

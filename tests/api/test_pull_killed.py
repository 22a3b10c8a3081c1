"""A pull whose server is killed."""

import json

from harness.kills import MOST_LOST, SETTINGS, killed_pull
from harness.models import is_in

KILLS = 100
SIZE = 40 << 20


def test_a_pull_that_is_killed_a_hundred_times_ends_right(make_server, tmp_path):
    store = tmp_path / "models"
    with killed_pull(tmp_path, SIZE, lambda: make_server(models=store, **SETTINGS)) as pull:
        pull.kill_at_random(KILLS, SIZE, seed=1)
        assert pull.kept() > SIZE // 2  # each start goes on where the last one was killed
        server = pull.end()
        assert json.loads(pull.lines[-1]) == {"status": "success"}
        assert is_in(server.models, f"{pull.proxy.name}/me/model/latest", pull.model)
        # Nothing is left of it but the blobs; what was written down was not fetched again, and
        # that was all but the ends of the parts then under way.
        assert not [path for path in (store / "blobs").iterdir() if "partial" in path.name]
        assert pull.asked_again() == []
        assert pull.most_lost() <= MOST_LOST
        assert len(pull.kills) == KILLS

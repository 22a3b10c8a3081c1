"""The card's memory, however often models come and go; bench/npu_soak.py does it much longer."""

import random

import pytest

from harness import npu
from harness.api import Api
from harness.npu import Card
from harness.npu_soak import MOMENTS, Soak

pytestmark = pytest.mark.skipif(not npu.IS_BUILT, reason=npu.WHY_NOT)
TIDY = {"leak_on_kill": 0, "wedge_on_kill": 0}


@pytest.fixture
def soak(make_server, tmp_path):
    card = Card(tmp_path)
    card.set(**TIDY)
    server = make_server(**card.env)
    npu.create(server, "npu", npu.pack(tmp_path / "packed"))
    api = Api(server.url)
    yield Soak(server, api, card, random.Random(7), **TIDY)
    api.close()


def test_loads_and_unloads_give_everything_back(soak):
    for _ in range(5):
        soak.cycle()
        assert soak.card.used() == soak.start


def test_kills_at_any_moment_give_everything_back(soak):
    for moment in 2 * MOMENTS:
        soak.kill(moment)
    soak.unload()
    assert soak.card.used() == soak.start

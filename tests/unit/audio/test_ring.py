"""The ring keeps order over its edge and never takes more than it holds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from softphone.audio.ring import SampleRing


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=60))
def test_what_comes_out_is_what_went_in(steps: list[tuple[bool, int]]) -> None:
    ring = SampleRing(50)
    put = taken = 0
    for write, count in steps:
        if write:
            block = np.arange(put, put + count, dtype=np.float32)
            put += ring.write(block, 0.0)
        else:
            out = np.zeros(count, np.float32)
            got = ring.read_into(out, 0.0)
            assert list(out[:got]) == list(range(taken, taken + got))
            taken += got
        assert 0 <= ring.fill == put - taken <= 50


def test_pairs_stay_pairs_and_discarding_takes_the_oldest() -> None:
    ring = SampleRing(8, 2)
    ring.write(np.array([[1, -1], [2, -2], [3, -3]], np.float32), 1.0)
    assert ring.discard(2) == 2
    out = np.zeros((2, 2), np.float32)
    assert ring.read_into(out, 2.0) == 1
    assert out[0].tolist() == [3, -3]
    assert ring.last_write == (3, 1.0)
    assert ring.last_read == (2, 2.0)
    assert ring.discard(5) == 0

"""What a self-test tries of updates."""

from __future__ import annotations

import pytest

from softphone.release.parts import release_libraries


@pytest.mark.parametrize("part", release_libraries())
def test_each_part_works_here(part: str) -> None:
    release_libraries()[part]()

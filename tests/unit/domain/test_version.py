"""Which of two versions is newer: as PEP 440's own library says."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version as PackagingVersion

from softphone.domain.version import Version, VersionInvalid

ORDERED = (
    *("0.1.0.dev1", "0.1.0a1.dev2", "0.1.0-alpha.1", "0.1.0b1", "0.1.0-rc.1", "0.1.0rc2", "0.1.0"),
    *("0.1.0.post1.dev1", "0.1.0.post1", "0.1.1", "0.2", "0.9.9", "0.10.0", "1.0", "2026.11.26"),
)


@st.composite
def versions(draw: st.DrawFn) -> str:
    number = st.integers(0, 30)
    words = ".".join(str(draw(number)) for _ in range(draw(st.integers(1, 4))))
    if draw(st.booleans()):
        words += draw(st.sampled_from(("a", "b", "rc", "-alpha.", "-beta.", "-rc."))) + str(draw(number))
    for part in (".post", ".dev"):
        if draw(st.booleans()):
            words += f"{part}{draw(number)}"
    return words + (f"+build.{draw(number)}" if draw(st.booleans()) else "")


def test_versions_stand_in_their_order() -> None:
    made = [Version(words) for words in ORDERED]
    assert all(older < newer for older, newer in pairwise(made))
    assert len(set(made)) == len(made)


@given(versions(), versions())
def test_the_order_is_that_of_the_packaging_library(one: str, other: str) -> None:
    # What follows a plus makes no version newer (semantic versioning §10); PEP 440 sorts by it.
    first, second = (PackagingVersion(words.partition("+")[0]) for words in (one, other))
    assert (Version(one) < Version(other)) == (first < second)
    assert (Version(one) == Version(other)) == (first == second)
    assert Version(one).is_prerelease == first.is_prerelease


@given(versions())
def test_equal_versions_are_one_in_a_set(words: str) -> None:
    assert {Version(words), Version(f"v{words.upper()}")} == {Version(words)}
    assert str(Version(words)) == words


@pytest.mark.parametrize("words", ["", "1.", "one", "1.2-x.7.z", "1..2", "1.0 0", "1!2.0", "١.٢", "1" * 65])
def test_what_is_no_version_is_refused(words: str) -> None:
    with pytest.raises(VersionInvalid):
        Version(words)

from dataclasses import replace
from pathlib import Path

import pytest

from softphone.domain.policy import MOST_RESTRICTED, Policy
from softphone.storage.paths import Paths
from softphone.storage.policy import load_policy


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    site, own = tmp_path / "site.toml", tmp_path / "policy.toml"
    return replace(Paths.at(tmp_path), policy_files=(site, own))


def test_without_a_file_everything_is_allowed(paths: Paths) -> None:
    assert load_policy(paths) == Policy()


def test_a_file_forbids(paths: Paths) -> None:
    paths.policy_files[0].write_text("recording_allowed = false\nfuture = 1\n", encoding="utf-8")
    assert load_policy(paths) == Policy(recording_allowed=False)


def test_no_file_allows_what_another_forbids(paths: Paths) -> None:
    paths.policy_files[0].write_text("recording_allowed = false", encoding="utf-8")
    paths.policy_files[1].write_text(
        "recording_allowed = true\nhooks_allowed = false\nupdates_allowed = false", encoding="utf-8"
    )
    assert load_policy(paths) == MOST_RESTRICTED


@pytest.mark.parametrize("content", [b"recording_allowed = [", b'recording_allowed = "no"', b"\xff"])
def test_a_file_that_cannot_be_read_forbids_everything(paths: Paths, content: bytes) -> None:
    paths.policy_files[0].write_bytes(content)
    assert load_policy(paths) == MOST_RESTRICTED

"""``softphone update check``: what a person and a script learn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from softphone import main as root
from softphone.domain.update import FeedAnswer
from tests.helpers.fake_releases import NOTES, feed
from tests.helpers.fake_services import FakeServices


def services(answer: FeedAnswer | None, language: str = "en") -> FakeServices:
    made = FakeServices(language=language)
    made.newest = answer
    return made


def test_a_new_version_is_told_with_its_notes() -> None:
    made = services(FeedAnswer(feed=feed()), "ja")
    result = made.run("update", "check")
    assert (result.code, result.errors) == (0, "")
    assert result.out.startswith("バージョン 0.2.0 があります\n")
    assert NOTES["ja"] in result.out
    assert made.settings_store.settings.updates.serial == 7


def test_a_script_gets_one_object() -> None:
    result = services(FeedAnswer(feed=feed())).run("update", "check", "--json")
    assert result.code == 0
    assert result.events == [
        {
            "state": "new",
            "version": "0.1.0",
            "newest": "0.2.0",
            "way": "run",
            "notes": NOTES["en"],
            "text": "Version 0.2.0 is available",
        }
    ]


def test_the_newest_version_is_said_to_be_one() -> None:
    result = services(FeedAnswer(feed=feed("0.1.0"))).run("update", "check", "--json")
    assert result.code == 0
    assert result.seen(state="current", newest="0.1.0")


@pytest.mark.parametrize(
    ("problem", "code"),
    [("unreachable", 4), ("certificate", 4), ("signature", 7), ("expired", 7), ("not_published", 7)],
)
def test_trouble_is_told_in_words_and_by_the_exit_code(problem: str, code: int) -> None:
    made = services(FeedAnswer(problem=problem))
    person = made.run("update", "check")
    assert (person.code, person.out) == (code, "")
    assert len(person.errors.split()) > 5
    script = made.run("update", "check", "--json")
    assert script.code == code
    assert script.seen(state=problem, newest="")


def test_where_the_administrator_forbids_it_that_is_said() -> None:
    result = services(None).run("update", "check")
    assert result.code == 2
    assert "administrator" in result.errors


def test_this_build_asks_nobody_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert root.main(["--config-dir", str(tmp_path), "update", "check", "--json"]) == 7
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "not_published"
    assert "更新の配布元が設定されていません" in told["text"]


def test_the_policy_file_forbids_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "policy.toml").write_text("updates_allowed = false", encoding="utf-8")
    assert root.main(["--config-dir", str(tmp_path), "update", "check"]) == 2
    assert "管理者の設定により使えません" in capsys.readouterr().err

"""更新 in the window: a user sees a new version, reads what is new, skips or downloads it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from softphone.app.updates import FIRST_S, Stage, UpdateService
from softphone.domain.update import Way
from softphone.ui.bar import Bar
from softphone.ui.settings import updates_page
from tests.helpers.fake_releases import NOTES, SETUP, FakeReleases, feed, follow_updates
from tests.helpers.gallery import Stage as Window
from tests.helpers.gallery import staged
from tests.helpers.update_scenes import FILE


@pytest.fixture
def window(qapp: QApplication) -> Iterator[Window]:
    with staged("keypad_ready") as stage:
        yield stage


@pytest.fixture
def followed(window: Window) -> tuple[UpdateService, FakeReleases]:
    return follow_updates(window.kit)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system was asked to open."""
    paths: list[str] = []
    monkeypatch.setattr(updates_page, "open_path", lambda path: not paths.append(path))
    return paths


def words(window: Window, name: str) -> str:
    return str(window.find(QLabel, name).text())


def buttons(window: Window) -> set[str]:
    page = window.find(QWidget, "updatesPage")
    return {
        each.objectName()
        for each in page.findChildren(QAbstractButton)
        if each.isVisible() and each.objectName().startswith("update")
    }


def found_by_itself(window: Window, releases: FakeReleases) -> None:
    window.kit.dispatcher.advance(FIRST_S)
    releases.find(feed(now_s=window.kit.clock.now_s()))
    window.settle()


def test_a_user_is_told_of_a_new_version_and_reads_what_is_new(
    window: Window, followed: tuple[UpdateService, FakeReleases]
) -> None:
    found_by_itself(window, followed[1])
    assert words(window, "noticeWords") == "新しいバージョン 0.2.0 があります。"
    window.click("noticeAction")
    window.settle()
    assert words(window, "updateTitle") == "バージョン 0.2.0 があります"
    assert words(window, "updateNotes") == NOTES["ja"]
    assert words(window, "updateFacts") == "2026年11月26日公開 · 41.2 MB"
    assert not window.window.findChild(QWidget, "noticeBar").isVisible()


def test_from_the_notice_it_is_downloaded_checked_and_installed(
    window: Window, followed: tuple[UpdateService, FakeReleases], opened: list[str]
) -> None:
    _, releases = followed
    found_by_itself(window, releases)
    window.click("noticeChoice0")
    window.settle()
    assert releases.asked[-1] == f"fetch {SETUP.name}"
    releases.receive(SETUP.size_bytes // 2)
    window.settle()
    bar: Bar = window.find(Bar, "updateProgress")
    assert bar.accessible_value() == "50%"
    assert words(window, "updateReceived") == "20.6 / 41.2 MB"
    assert buttons(window) == {"update_cancel"}
    releases.finish(FILE)
    window.settle()
    assert "署名と一致する" in words(window, "updateWay")
    window.click("updatePrimary")
    assert opened == []  # looked at once more first
    assert releases.asked[-1] == f"check {FILE}"
    releases.finish(FILE)
    assert opened == [FILE]
    window.click("update_folder")
    assert opened[-1] == FILE.rpartition("/")[0]


def test_from_the_notice_it_is_skipped_and_that_can_be_taken_back(
    window: Window, followed: tuple[UpdateService, FakeReleases]
) -> None:
    updates, releases = followed
    found_by_itself(window, releases)
    window.click("noticeChoice1")
    window.settle()
    assert updates.is_skipped
    assert words(window, "updateWay").startswith("このバージョンはスキップしています")
    window.click("update_take_back")
    window.settle()
    assert not updates.is_skipped
    assert buttons(window) == {"updatePrimary", "update_skip"}


def test_a_user_asks_and_the_keyboard_stays_at_the_buttons(
    window: Window, followed: tuple[UpdateService, FakeReleases]
) -> None:
    _, releases = followed
    window.window.show_place("updates")
    window.settle()
    window.find(QAbstractButton, "updatePrimary").setFocus()
    QTest.keyClick(window.window.focusWidget(), Qt.Key.Key_Space)
    assert releases.asked == ["look"]
    window.settle()
    assert words(window, "updateTitle") == "確認しています…"
    releases.find(feed())
    window.settle()
    assert window.window.focusWidget().objectName() == "updatePrimary"
    QTest.keyClick(window.window.focusWidget(), Qt.Key.Key_Space)
    window.settle()
    assert window.window.focusWidget().objectName() == "update_cancel"
    QTest.keyClick(window.window.focusWidget(), Qt.Key.Key_Space)
    window.settle()
    assert window.window.focusWidget().objectName() == "updatePrimary"


@pytest.mark.parametrize(
    ("problem", "part"),
    [
        ("not_published", "配布元が設定されていません"),
        ("unreachable", "接続できませんでした"),
        ("signature", "正しい署名がない"),
        ("rolled_back", "古い更新情報"),
        ("expired", "有効期限"),
    ],
)
def test_a_feed_that_is_refused_says_why_and_what_to_do(
    window: Window, followed: tuple[UpdateService, FakeReleases], problem: str, part: str
) -> None:
    _, releases = followed
    window.window.show_place("updates")
    window.click("updatePrimary")
    releases.find(problem=problem)
    window.settle()
    assert words(window, "updateTitle") == "更新を確認できませんでした"
    assert part in words(window, "updateProblem")
    window.click("updatePrimary")
    releases.find(feed("0.1.0"))
    window.settle()
    assert words(window, "updateTitle") == "最新のバージョンです"
    assert not window.window.findChild(QLabel, "updateProblem").isVisible()


def test_a_file_that_is_another_is_not_opened(
    window: Window, followed: tuple[UpdateService, FakeReleases], opened: list[str]
) -> None:
    updates, releases = followed
    found_by_itself(window, releases)
    window.click("noticeChoice0")
    releases.finish(FILE)
    window.settle()
    window.click("updatePrimary")
    releases.finish(problem="altered")
    window.settle()
    assert opened == []
    assert "一致しない" in words(window, "updateProblem")
    assert window.find(QAbstractButton, "updatePrimary").text() == "もう一度ダウンロード"
    assert updates.status.stage is Stage.NEW


def test_what_the_system_does_not_open_is_said(
    window: Window, followed: tuple[UpdateService, FakeReleases], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates_page, "open_path", lambda path: False)
    _, releases = followed
    found_by_itself(window, releases)
    window.click("noticeChoice0")
    releases.finish(FILE)
    window.click("update_folder")
    assert "開けませんでした" in words(window, "updateProblem")


def test_looking_by_itself_is_switched_off(
    window: Window, followed: tuple[UpdateService, FakeReleases]
) -> None:
    window.window.show_place("updates")
    window.settle()
    window.click("automaticUpdates")
    assert not window.kit.phone.settings.now.updates.automatic
    window.kit.dispatcher.advance(10**6)
    assert followed[1].asked == []


def test_where_it_is_forbidden_there_is_nothing_to_press(qapp: QApplication) -> None:
    with staged("updates_not_allowed") as stage:
        assert "管理者の設定により使えません" in words(stage, "pageBanner")
        assert buttons(stage) == set()


def test_where_only_an_administrator_can_that_is_said(qapp: QApplication) -> None:
    with staged("updates_by_administrator") as stage:
        offer = stage.kit.phone.updates.status.offer
        assert offer is not None
        assert offer.way is Way.ADMINISTRATOR
        assert "管理者にご依頼ください" in words(stage, "updateWay")
        assert buttons(stage) == {"updatePrimary", "update_skip"}
        assert stage.find(QAbstractButton, "updatePrimary").text() == "更新を確認"

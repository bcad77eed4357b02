"""共有の電話帳: added, refused in words, changed and removed in the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit

from softphone.domain.directory import DirectoryKind, Encryption
from tests.helpers.gallery import Stage, staged


@pytest.fixture
def form(qapp: QApplication) -> Iterator[Stage]:
    with staged("directory_new") as stage:
        yield stage


@pytest.fixture
def several(qapp: QApplication) -> Iterator[Stage]:
    with staged("directories") as stage:
        yield stage


def choose(stage: Stage, name: str, value: str) -> None:
    combo: QComboBox = stage.find(QComboBox, name)
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())
    stage.settle()


def test_a_directory_is_saved_and_asked_at_once(form: Stage) -> None:
    form.type("directory_name", "全社名簿")
    form.type("directory_address", "ldap.example.jp")
    form.type("directory_base", "dc=example,dc=jp")
    form.type("directory_user", "cn=reader")
    form.type("directory_password", "geheim")
    form.click("saveDirectory")
    (saved,) = form.kit.phone.settings.now.directories
    assert (saved.name, saved.kind, saved.encryption) == ("全社名簿", DirectoryKind.LDAP, Encryption.STARTTLS)
    opened = form.directories.opened[saved.key]
    assert opened.password == "geheim"
    form.settle()
    assert form.find(QLabel, f"directory_state_{saved.key}").text() == "確認しています…"
    opened.answer("fetch", problem="credentials")
    shown = form.find(QLabel, f"directory_state_{saved.key}").text()
    assert shown == "ユーザー名またはパスワードが正しくありません。"


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(form: Stage) -> None:
    form.type("directory_name", "名簿")
    choose(form, "directory_kind", "carddav")
    form.type("directory_address", "http://dav.example.jp")
    form.type("directory_user", "sato")
    form.type("directory_password", "geheim")
    form.click("saveDirectory")
    line: QLineEdit = form.find(QLineEdit, "directory_address")
    assert "暗号化されずに" in line.accessibleDescription()
    assert line.text() == "http://dav.example.jp"
    assert form.find(QLineEdit, "directory_password").text() == "geheim"
    assert form.kit.phone.settings.now.directories == ()


def test_only_what_a_kind_needs_is_asked(form: Stage) -> None:
    choose(form, "directory_kind", "csv")
    names = {w.objectName() for w in form.window.findChildren(QLineEdit) if w.isVisibleTo(form.window)}
    assert names & {"directory_base", "directory_user", "directory_password"} == set()
    assert form.find(QAbstractButton, "browse")


def test_each_says_how_it_is_doing(several: Stage) -> None:
    def state(key: str) -> str:
        return str(several.find(QLabel, f"directory_state_{key}").text())

    assert state("l") == "検索できます。"
    assert state("c").startswith("128 件(")
    assert "3 件は読み取れませんでした" in state("c")
    assert "見つかりませんでした" in state("f")
    assert "前回読み取った 4 件" in state("f")
    assert state("o") == "使っていません。"


def test_it_is_changed_without_typing_the_password_again(several: Stage) -> None:
    several.kit.secrets.passwords["directory:c"] = "geheim"
    several.click("change_c")
    several.settle()
    assert several.find(QLineEdit, "directory_password").text() == ""
    several.type("directory_name", "お客様")
    several.click("saveDirectory")
    changed = several.kit.phone.settings.now.directories[1]
    assert (changed.key, changed.name, changed.user) == ("c", "お客様", "sato")
    assert several.directories.opened["c"].password == "geheim"


def test_it_is_removed_with_its_people(several: Stage) -> None:
    assert several.kit.contacts.count("c") == 128
    several.click("change_c")
    several.settle()
    several.click("removeDirectory")
    assert [each.key for each in several.kit.phone.settings.now.directories] == ["l", "f", "o"]
    several.kit.dispatcher.advance(1.0)
    assert several.kit.contacts.count("c") == 0

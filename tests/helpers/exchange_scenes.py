"""Scenes of the gallery: importing and exporting contacts, with files of tests/data/contacts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QMenu

from softphone.domain.contact import Contact, ContactNumber
from softphone.ui.contacts.exchange import open_export, open_import

DATA = Path(__file__).parents[1] / "data" / "contacts"
SCENES: dict[str, Callable[[Any], object]] = {}


def _scene(action: Callable[[Any], object]) -> Callable[[Any], object]:
    SCENES[action.__name__] = action
    return action


def imported(stage: Any, name: str) -> Any:
    """The sheet of a file, everything that waits done."""
    stage.kit.registered()
    sheet = open_import(stage.window.look, stage.kit.phone, stage.window, str(DATA / name))
    work(stage)
    return sheet


def work(stage: Any) -> None:
    """Let steps of the import go on until nothing waits."""
    for _ in range(50):
        stage.kit.dispatcher.advance(0.05)
        stage.settle()


def known(stage: Any) -> None:
    """Somebody of the files is in the phone book already."""
    stage.kit.phone.contacts.save(
        Contact(name="山田 太郎", company="株式会社青空商事", numbers=(ContactNumber("03-1234-5678"),))
    )


@_scene
def import_csv(stage: Any) -> None:
    known(stage)
    imported(stage, "excel_shift_jis.csv")


@_scene
def import_csv_hostile(stage: Any) -> None:
    imported(stage, "broken_mixed.csv")


@_scene
def import_vcard(stage: Any) -> None:
    imported(stage, "icloud.vcf")


@_scene
def import_field_menu(stage: Any) -> None:
    imported(stage, "excel_shift_jis.csv").findChild(object, "mappingList").ask(1)
    stage.shown = next(menu for menu in stage.window.findChildren(QMenu, "fieldMenu") if menu.isVisible())


@_scene
def import_troubles(stage: Any) -> None:
    imported(stage, "broken_mixed.csv")
    stage.click("importTroubles")


@_scene
def import_writing(stage: Any) -> None:
    imported(stage, "excel_utf8.csv")
    stage.click("importRun")


@_scene
def import_done(stage: Any) -> None:
    known(stage)
    imported(stage, "excel_shift_jis.csv")
    stage.click("importRun")
    work(stage)


@_scene
def import_undone(stage: Any) -> None:
    import_done(stage)
    stage.click("importUndo")
    work(stage)


@_scene
def import_failed(stage: Any) -> None:
    imported(stage, "nowhere.csv")


@_scene
def import_menu(stage: Any) -> None:
    stage.kit.registered()
    known(stage)
    stage.window.show_place("contacts")
    stage.click("contactsMore")
    stage.shown = next(m for m in stage.window.findChildren(QMenu, "exchangeMenu") if m.isVisible())


@_scene
def export_sheet(stage: Any) -> None:
    stage.kit.registered()
    known(stage)
    open_export(stage.window.look, stage.kit.phone, stage.window)

"""A screen reader's view of a window: what Qt's accessibility API says, and where the Tab key goes.

controls = read(window)
assert [control for control in controls if not control.name] == []
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from softphone.ui.sheet import Sheet

Role = QAccessible.Role
_CHECKED = (Role.CheckBox, Role.RadioButton, Role.PageTab)
_ROLES: tuple[tuple[type, tuple[QAccessible.Role, ...]], ...] = (
    (QLineEdit, (Role.EditableText,)),
    (QPlainTextEdit, (Role.EditableText,)),
    (QTextBrowser, (Role.StaticText,)),
    (QTextEdit, (Role.EditableText, Role.Document)),
    (QComboBox, (Role.ComboBox,)),
    (QAbstractSpinBox, (Role.SpinBox,)),
    (QAbstractSlider, (Role.Slider, Role.ScrollBar)),
    (QAbstractItemView, (Role.List, Role.Table, Role.Tree)),
    (QLabel, (Role.StaticText,)),  # whose words can be selected
)
_INSIDE = ("qt_scrollarea_viewport", "qt_spinbox_lineedit")
_MOST_TABS = 200
_ROWS = 5
_MOST_LINKS = 20  # of a page: Tab goes through them before it goes on


@dataclass(frozen=True)
class Control:
    """One control that takes the keyboard, as a reader knows it."""

    widget: QWidget
    name: str
    role: QAccessible.Role
    actions: tuple[str, ...]
    enabled: bool

    def __str__(self) -> str:
        return f"{type(self.widget).__name__} {self.widget.objectName()}"

    @property
    def role_fits(self) -> bool:
        """Whether it is called what it is."""
        if isinstance(self.widget, QAbstractButton):
            wanted = _CHECKED if self.widget.isCheckable() else (Role.Button, Role.ButtonMenu)
            return self.role in wanted
        wanted = next((roles for kind, roles in _ROLES if isinstance(self.widget, kind)), ())
        return self.role in wanted

    @property
    def can_be_used(self) -> bool:
        """Whether a reader can press or switch what can be pressed or switched."""
        is_button = self.enabled and isinstance(self.widget, QAbstractButton)
        return not is_button or bool({"Press", "Toggle"} & set(self.actions))


def focusable(root: QWidget) -> list[QWidget]:
    """The visible controls under ``root`` that take the keyboard: those of a sheet where one is open."""
    root = next((sheet for sheet in root.findChildren(Sheet) if sheet.isVisibleTo(root)), root)
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisibleTo(root)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.objectName() not in _INSIDE
        and (not isinstance(widget, QAbstractScrollArea) or _is_read(widget))
    ]


def read(root: QWidget) -> list[Control]:
    """Every control under ``root``, asked by way of the accessibility API, found from its window down."""
    tree = {id(each.object()): each for each in _walk(QAccessible.queryAccessibleInterface(root))}
    controls = []
    for widget in focusable(root):
        interface = tree.get(id(widget)) or QAccessible.queryAccessibleInterface(widget)
        actions = interface.actionInterface()
        # On Linux the name of a combo box is what is chosen; its own comes by the label it belongs to.
        name = widget.accessibleName() if isinstance(widget, QComboBox) else interface.text(_NAME)
        controls.append(
            Control(
                widget=widget,
                name=name.strip(),
                role=interface.role() if id(widget) in tree else Role.NoRole,
                actions=tuple(actions.actionNames()) if actions is not None else (),
                enabled=widget.isEnabled(),
            )
        )
    return controls


_NAME = QAccessible.Text.Name


def nameless_rows(root: QWidget) -> list[str]:
    """Lists that have a row about which a reader has nothing to say; the first rows are asked."""
    found = []
    for view in root.findChildren(QAbstractItemView):
        if isinstance(view.parent(), QComboBox) or not view.isVisibleTo(root) or view.model() is None:
            continue
        interface = QAccessible.queryAccessibleInterface(view)
        rows = [interface.child(row) for row in range(min(interface.childCount(), _ROWS))]
        if any(not row.text(_NAME).strip() for row in rows if row is not None):
            found.append(f"{type(view).__name__} {view.objectName()}")
    return found


def roleless(root: QWidget) -> list[str]:
    """What has a name to be read, but does not say what it is."""
    return [
        f"{type(each.object()).__name__} {each.object().objectName()}"
        for each in _walk(QAccessible.queryAccessibleInterface(root))
        if each.role() in (Role.Client, Role.Border, Role.NoRole)
        and each.text(_NAME).strip()
        and not each.state().invisible
    ]


def tabbed(root: QWidget) -> set[QWidget]:
    """Where Tab, pressed again and again, takes the keyboard in the window ``root``."""
    reached: set[QWidget] = set()
    known = 0
    for _ in range(_MOST_TABS):
        QTest.keyClick(root.focusWidget() or root, Qt.Key.Key_Tab)
        focused = root.focusWidget()
        known = known + 1 if focused is None or focused in reached else 0
        if known > _MOST_LINKS:
            break
        if focused is not None:
            reached.add(focused)
    return reached


def out_of_reach(root: QWidget) -> list[str]:
    """Controls that neither Tab nor, in a group where one is chosen, the arrow keys come to."""
    reached = tabbed(root)
    groups = {id(w.parent()) for w in reached if isinstance(w, QAbstractButton) and w.autoExclusive()}
    return [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in focusable(root)
        if widget.isEnabled()
        and widget not in reached
        and not _is_inside(widget, reached, groups)
        and not isinstance(widget, QLabel)  # words that the mouse can select are read without the keyboard
    ]


def _is_inside(widget: QWidget, reached: set[QWidget], groups: set[int]) -> bool:
    if isinstance(widget, QAbstractButton) and widget.autoExclusive() and id(widget.parent()) in groups:
        return True
    return any(isinstance(each, QComboBox) and each.isAncestorOf(widget) for each in reached)


def _is_read(area: QAbstractScrollArea) -> bool:
    return isinstance(area, QAbstractItemView | QPlainTextEdit | QTextEdit)


def _walk(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield interface
    for index in range(interface.childCount()):
        child = interface.child(index)
        if child is not None and child.isValid() and child.object() is not None:
            yield from _walk(child)

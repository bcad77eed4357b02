"""The one style sheet, written from the tokens of a theme.

The size of ordinary letters is the application's font: a size said here would win over every ``setFont``.
"""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QPalette

from softphone.ui import theme as tokens
from softphone.ui.theme import TYPE, Theme

_SHEET = Template("""
* { outline: 0; }
QWidget { color: $text; }
QMainWindow, QWidget#window, QWidget[ground="true"] { background: $ground; }
QLabel { background: transparent; }
QLabel[tone="soft"] { color: $text_soft; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="good"] { color: $good; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="bad"] { color: $bad; }
QToolTip { background: $raised; color: $text; border: ${line_px}px solid $line; padding: ${s1}px; }

QFrame[card="true"] { background: $surface; border: ${line_px}px solid $line;
  border-radius: ${radius_card}px; }
QFrame[card="good"] { background: $good_soft; border: 0; border-radius: ${radius_card}px; }
QFrame[card="warn"] { background: $warn_soft; border: 0; border-radius: ${radius_card}px; }
QFrame[card="bad"] { background: $bad_soft; border: 0; border-radius: ${radius_card}px; }
QFrame[card="info"] { background: $accent_soft; border: 0; border-radius: ${radius_card}px; }
QFrame[chip="true"] { background: $accent_soft; border: 0; border-radius: ${chip_radius}px; }
QFrame[drop="true"], QWidget[drop="true"] { border: ${focus_px}px dashed $accent;
  border-radius: ${radius_card}px; }
QFrame#sheet { background: $raised; border: 0; border-top: ${line_px}px solid $line;
  border-top-left-radius: ${radius_window}px;
  border-top-right-radius: ${radius_window}px; }
QFrame[hairlineUpright="true"] { background: $line; border: 0;
  max-width: ${line_px}px; min-width: ${line_px}px; }
QFrame[hairline="true"] { background: $line; border: 0; max-height: ${line_px}px; min-height: ${line_px}px; }
QFrame#navigation { background: $surface; border: 0; border-top: ${line_px}px solid $line; }
QFrame#incomingFrame, QFrame#miniBarFrame { background: $raised; border: ${line_px}px solid $line;
  border-radius: ${radius_window}px; }

QPlainTextEdit { background: $surface; color: $text; border: ${line_px}px solid $field_line;
  border-radius: ${radius_field}px; padding: ${s1}px ${s2}px; selection-background-color: $accent_fill;
  selection-color: $on_accent; placeholder-text-color: $text_faint; }
QPlainTextEdit:focus { border: ${focus_px}px solid $focus; }

QLineEdit, QComboBox {
  background: $surface; color: $text; border: ${line_px}px solid $field_line;
  border-radius: ${radius_field}px; padding: 0 ${s3}px;
  min-height: ${field_inner}px; selection-background-color: $accent_fill; selection-color: $on_accent;
  placeholder-text-color: $text_faint;
}
QLineEdit:focus, QComboBox:focus { border: ${focus_px}px solid $focus; padding: 0 ${s3_focus}px;
  min-height: ${field_inner_focus}px; }
QLineEdit[problem="true"] { border: ${focus_px}px solid $bad; padding: 0 ${s3_focus}px;
  min-height: ${field_inner_focus}px; }
QLineEdit:disabled, QComboBox:disabled { color: $text_faint; background: $fill; border-color: $line; }
QLineEdit#numberField {
  background: transparent; border: 0; font-size: ${display_px}px; padding: 0;
}
QLineEdit#numberField[long="true"] { font-size: ${name_px}px; font-weight: 400; }
QLineEdit#numberField[long="very"] { font-size: ${title_px}px; font-weight: 400; }
QLineEdit#numberField[long="empty"] { font-size: ${title_px}px; font-weight: 400; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: 0; padding: 0; min-height: 0;
  background: transparent; }
QPlainTextEdit {
  background: $surface; color: $text; border: ${line_px}px solid $field_line;
  border-radius: ${radius_field}px; padding: ${s1}px ${s2}px;
  selection-background-color: $accent_fill; selection-color: $on_accent; placeholder-text-color: $text_faint;
}
QPlainTextEdit:focus { border: ${focus_px}px solid $focus; }
QListView { background: transparent; border: 0; }
QListView#helpContents { font-size: ${body_px}px; }
QListView#helpContents::item { min-height: ${item_px}px; padding: ${s1}px ${s2}px; color: $text;
  border-radius: ${radius_small}px; }
QListView#helpContents::item:hover { background: $fill; }
QListView#helpContents::item:selected { background: $accent_soft; color: $accent; font-weight: 700; }
QListView#helpContents::item:selected:focus { border: ${focus_px}px solid $focus; }
QTextBrowser#helpPage { background: $surface; border: 0; border-left: ${line_px}px solid $line;
  selection-background-color: $accent_fill; selection-color: $on_accent; }
QTextBrowser#helpPage:focus { border-left: ${focus_px}px solid $focus; }
QPlainTextEdit#licenceText { border-color: $line; border-radius: ${radius_card}px; padding: ${s2}px; }
QPlainTextEdit#licenceText:focus { border: ${focus_px}px solid $focus; }
QComboBox::drop-down { border: 0; width: ${drop_px}px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
  background: $raised; color: $text; border: ${line_px}px solid $line; padding: ${s1}px;
}
QComboBox QAbstractItemView::item { min-height: ${item_px}px; padding: 0 ${s2}px; color: $text;
  border-radius: ${radius_small}px; }
QComboBox QAbstractItemView::item:selected,
QComboBox QAbstractItemView::item:hover { background: $accent_soft; }
QMenu { background: $raised; border: ${line_px}px solid $line; border-radius: ${radius_field}px;
  padding: ${s1}px; }
QMenu::item { padding: ${s2}px ${s4}px ${s2}px ${s2}px; border-radius: ${radius_small}px; color: $text; }
QMenu::item:selected { background: $accent_soft; }
QMenu::item:disabled { color: $text_soft; font-size: ${small_px}px; }
QMenu::icon { padding-left: ${s2}px; }
QMenu::separator { height: ${line_px}px; background: $line; margin: ${s1}px ${s2}px; }

QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: ${s2}px; margin: 0; }
QScrollBar::handle:vertical { background: $field_line; border-radius: ${s1}px; min-height: ${s6}px; }
QScrollBar::handle:vertical:hover { background: $text_faint; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


_HELP = Template("""
body { color: $text; }
h1 { font-size: ${name_px}px; font-weight: 700; margin-top: ${s2}px; margin-bottom: ${s3}px; }
h2 { font-size: ${title_px}px; font-weight: 700; margin-top: ${s6}px; margin-bottom: ${s2}px; }
h3 { font-size: ${heading_px}px; font-weight: 700; margin-top: ${s4}px; margin-bottom: ${s1}px; }
p, li, td, th { font-size: ${body_px}px; color: $text; }
p, ol, ul { margin-top: 0; margin-bottom: ${s3}px; line-height: 122%; }
li { margin-bottom: ${s1}px; line-height: 120%; }
a { color: $accent; text-decoration: none; font-weight: 700; }
.key { background-color: $fill; color: $text; font-weight: 700; }
table.shot { margin-top: ${s1}px; margin-bottom: ${s4}px; border: ${line_px}px solid $line;
  border-collapse: collapse; }
table.rows { margin-top: ${s2}px; margin-bottom: ${s4}px; border: ${line_px}px solid $line;
  border-collapse: collapse; }
table.rows th { background-color: $fill; font-weight: 700; padding: ${s2}px ${s3}px; }
table.rows td { padding: ${s2}px ${s3}px; border-top: ${line_px}px solid $line; }
table.note { margin-bottom: ${s4}px; background-color: $accent_soft; }
table.note td { padding: ${s3}px; }
""")


def style_sheet(theme: Theme) -> str:
    """The style sheet of ``theme``."""
    return _SHEET.substitute(_values(theme))


def help_sheet(theme: Theme) -> str:
    """The style of the help's pages, as far as a QTextDocument knows CSS."""
    return _HELP.substitute(_values(theme))


def _values(theme: Theme) -> dict[str, object]:
    """The tokens as the style sheets name them."""
    px = theme.px
    values: dict[str, object] = dict(vars(theme.colors))
    values |= {f"{role}_px": px(size) for role, (size, _) in TYPE.items()}
    values |= {
        "s1": px(tokens.SPACE_1),
        "s2": px(tokens.SPACE_2),
        "s3": px(tokens.SPACE_3),
        "s3_focus": px(tokens.SPACE_3) - px(tokens.FOCUS_WIDTH) + px(tokens.LINE),
        "s4": px(tokens.SPACE_4),
        "s6": px(tokens.SPACE_6),
        "line_px": px(tokens.LINE),
        "focus_px": px(tokens.FOCUS_WIDTH),
        "radius_small": px(tokens.RADIUS_SMALL),
        "radius_field": px(tokens.RADIUS_FIELD),
        "radius_card": px(tokens.RADIUS_CARD),
        "radius_window": px(tokens.RADIUS_WINDOW),
        "field_inner": px(tokens.CONTROL_HEIGHT) - 2 * px(tokens.LINE),
        "field_inner_focus": px(tokens.CONTROL_HEIGHT) - 2 * px(tokens.FOCUS_WIDTH),
        "drop_px": px(tokens.SPACE_6),
        "item_px": px(tokens.CONTROL_HEIGHT - 8),
        "chip_radius": px(tokens.SPACE_3),
    }
    return values


_PALETTE = {
    QPalette.ColorRole.Window: "ground",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "raised",
    QPalette.ColorRole.AlternateBase: "fill",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "fill",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "text_faint",
    QPalette.ColorRole.Highlight: "accent_fill",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Link: "accent",
}


def palette(theme: Theme) -> QPalette:
    """The palette of ``theme``, for what the style draws by itself (frames of menus and lists)."""
    colors = QPalette()
    for role, token in _PALETTE.items():
        colors.setColor(role, QColor(getattr(theme.colors, token)))
    return colors

"""Design tokens: every colour, distance, radius, letter size and duration of the window.

A token is named by its role, never by its look; ``style_sheet`` and the painted widgets take them from a
``Theme``. Nothing else in ``ui`` writes a colour or a size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MIN_CONTRAST = 4.5  # WCAG 2.2 §1.4.3, normal text
MIN_MARK_CONTRAST = 3.0  # WCAG 2.2 §1.4.11, marks and borders that carry meaning


@dataclass(frozen=True)
class Colors:
    """Colour roles as #RRGGBB. ``x_soft`` is a quiet ground on which ``x`` is legible."""

    ground: str  # the window
    surface: str  # cards, fields
    raised: str  # menus, the incoming window
    fill: str  # keys and quiet buttons
    fill_hover: str
    fill_pressed: str
    line: str  # hairlines
    field_line: str  # borders of fields
    text: str
    text_soft: str
    text_faint: str  # placeholders
    accent: str
    accent_fill: str
    on_accent: str
    accent_soft: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    call: str
    call_hover: str
    on_call: str
    hang_up: str
    hang_up_hover: str
    on_hang_up: str
    focus: str
    scrim: str  # what lies under a sheet is darkened with it


LIGHT = Colors(
    ground="#F6F7F9",
    surface="#FFFFFF",
    raised="#FFFFFF",
    fill="#E9EBF0",
    fill_hover="#E0E3EA",
    fill_pressed="#D2D6E0",
    line="#E3E6EB",
    field_line="#C3C8D2",
    text="#161922",
    text_soft="#515969",
    text_faint="#5D6678",
    accent="#3550CC",
    accent_fill="#3D56D6",
    on_accent="#FFFFFF",
    accent_soft="#E8ECFC",
    good="#13713E",
    good_soft="#E4F4EB",
    warn="#8A5300",
    warn_soft="#FDF2DF",
    bad="#B1222A",
    bad_soft="#FCEAEB",
    call="#178048",
    call_hover="#12703D",
    on_call="#FFFFFF",
    hang_up="#D3323A",
    hang_up_hover="#BC2830",
    on_hang_up="#FFFFFF",
    focus="#3D56D6",
    scrim="#161922",
)
DARK = Colors(
    ground="#14161B",
    surface="#1D2027",
    raised="#242831",
    fill="#282C35",
    fill_hover="#323742",
    fill_pressed="#3D4350",
    line="#2A2F39",
    field_line="#4A5160",
    text="#F2F4F8",
    text_soft="#AAB1BF",
    text_faint="#98A0B0",
    accent="#A3B1FF",
    accent_fill="#5468E0",
    on_accent="#FFFFFF",
    accent_soft="#262D4D",
    good="#55CE8F",
    good_soft="#163024",
    warn="#F0BC62",
    warn_soft="#33280F",
    bad="#FF9090",
    bad_soft="#3A1E21",
    call="#1C8149",
    call_hover="#1F8C50",
    on_call="#FFFFFF",
    hang_up="#D63C44",
    hang_up_hover="#C9353D",
    on_hang_up="#FFFFFF",
    focus="#A3B1FF",
    scrim="#000000",
)
DARK = replace(DARK, call_hover="#19753F")
HIGH_CONTRAST_LIGHT = replace(
    LIGHT,
    ground="#FFFFFF",
    fill="#F0F0F0",
    line="#000000",
    field_line="#000000",
    text="#000000",
    text_soft="#1F1F1F",
    text_faint="#3A3A3A",
    accent="#0A2A9C",
    accent_fill="#0A2A9C",
    good="#00501F",
    warn="#5C3600",
    bad="#8C000B",
    call="#005C2A",
    call_hover="#00481F",
    hang_up="#A3000E",
    hang_up_hover="#85000B",
    focus="#0A2A9C",
)
HIGH_CONTRAST_DARK = replace(
    DARK,
    ground="#000000",
    surface="#000000",
    raised="#0A0A0A",
    fill="#1A1A1A",
    line="#FFFFFF",
    field_line="#FFFFFF",
    text="#FFFFFF",
    text_soft="#EDEDED",
    text_faint="#D0D0D0",
    accent="#C4CDFF",
    good="#7DF0B2",
    warn="#FFD68A",
    bad="#FFB3B3",
    focus="#FFE45C",
)

# Pairs that carry words: (letters, ground).
_GROUNDS = ("ground", "surface", "raised", "fill", "accent_soft", "good_soft", "warn_soft", "bad_soft")
TEXT_PAIRS = (
    *((letters, ground) for letters in ("text", "text_soft", "text_faint") for ground in _GROUNDS),
    *((letters, ground) for letters in ("accent", "good", "warn", "bad") for ground in _GROUNDS),
    *((letters, f"fill_{state}") for letters in ("text", "text_soft") for state in ("hover", "pressed")),
    *((letters, f"fill_{state}") for letters in ("accent", "bad") for state in ("hover", "pressed")),
    ("on_accent", "accent_fill"),
    ("on_call", "call"),
    ("on_call", "call_hover"),
    ("on_hang_up", "hang_up"),
    ("on_hang_up", "hang_up_hover"),
)
MARK_PAIRS = (("focus", "ground"), ("focus", "surface"), ("good", "ground"), ("bad", "ground"))

# Distances in px at 100 %.
SPACE_1, SPACE_2, SPACE_3, SPACE_4, SPACE_5, SPACE_6 = 4, 8, 12, 16, 20, 28
RADIUS_SMALL, RADIUS_FIELD, RADIUS_CARD, RADIUS_WINDOW = 6, 9, 14, 16
WINDOW_WIDTH, WINDOW_HEIGHT = 380, 680
WINDOW_MIN_WIDTH, WINDOW_MIN_HEIGHT = 320, 480
COLUMN_WIDTH = 460
WIDE_WIDTH, PHONE_WIDTH = 820, 400  # from which there are two columns; the right one
INCOMING_WIDTH, MINI_BAR_WIDTH = 344, 376
HELP_WIDTH, HELP_HEIGHT, HELP_CONTENTS, HELP_PICTURE = 760, 660, 208, 260
LICENCES_WIDTH, LICENCES_LIST = 940, 280
LINE, FOCUS_WIDTH, FOCUS_GAP = 1, 2, 2
CONTROL_HEIGHT, BIG_BUTTON_HEIGHT, ROW_HEIGHT, NAV_HEIGHT = 38, 52, 54, 58
KEY_MIN, KEY_MAX, KEY_SMALL = 42, 68, 54
ROUND_BUTTON, ROUND_CONTROL = 60, 54  # answer and decline; the controls of a call
ICON_SMALL, ICON, ICON_CONTROL, ICON_LARGE = 16, 20, 23, 26
AVATAR, AVATAR_MEDIUM, AVATAR_SMALL, AVATAR_TINY = 92, 60, 40, 30
MARK = 20
PERSON_ROW, SUGGESTION_ROW, HEADING_ROW = 58, 44, 34
GUTTER = 26  # of the letters beside a list of people
INDEX_WIDTH, INDEX_MARK = 24, 13
TILE_WIDTH, TILE_HEIGHT = 100, 128
LABEL_WIDTH = 118  # of the kind of a number
PHOTO_SIDE = 256  # px of a stored picture, whatever the scale
COLLEAGUE_WIDTH, COLLEAGUE_WIDE = 164, 210  # tiles of 内線: two beside each other, several
COLLEAGUE_HEIGHT, COLLEAGUE_MARK, CANDIDATE_ROW = 62, 34, 46
CALL_ROW, DAY_HEADING = 60, 30  # the history's list
BADGE, UNSEEN_DOT = 16, 10
CALL_TOP = 56
KEYPAD_COMPACT = 520  # a keypad less high than this has one line for its banner
SWITCH_WIDTH, SWITCH_HEIGHT = 40, 24
METER_HEIGHT = 8
KNOB = 18

# Letters: px at 100 % and weight.
TYPE = {
    "display": (32, 400),
    "name": (24, 700),
    "key": (25, 400),
    "timer": (18, 400),
    "title": (18, 700),
    "heading": (15, 700),
    "body": (14, 400),
    "body_bold": (14, 700),
    "button": (15, 700),
    "small": (12, 400),
    "small_bold": (12, 700),
    "tiny": (10, 700),
}

# Durations in ms.
FADE_MS = 120
BREATH_MS = 1800
LONG_PRESS_MS = 500
ENDED_S = 6
NOTE_MS = 4000
UNHEARD_MS = 4000  # a microphone that is open tells its level ten times a second
FRAME_MS = 33
TICK_MS = 250  # how often running times are looked at


@dataclass(frozen=True)
class Theme:
    """One look: colours at a scale. ``motion`` False draws every animation as its end."""

    name: str
    colors: Colors
    scale: float = 1.0
    motion: bool = True

    def px(self, size: float) -> int:
        """``size`` of the 100 % design in px of this theme."""
        return max(round(size * self.scale), 1)


def choose_theme(*, dark: bool, high_contrast: bool, scale_percent: int, motion: bool = True) -> Theme:
    """The theme for what the system and the user ask."""
    if high_contrast:
        name, colors = (
            ("high-contrast-dark", HIGH_CONTRAST_DARK)
            if dark
            else ("high-contrast-light", HIGH_CONTRAST_LIGHT)
        )
    else:
        name, colors = ("dark", DARK) if dark else ("light", LIGHT)
    return Theme(name=name, colors=colors, scale=scale_percent / 100, motion=motion)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two #RRGGBB colours, 1–21. Source: WCAG 2.2, contrast ratio."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

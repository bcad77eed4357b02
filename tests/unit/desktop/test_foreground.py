"""The right to come to the front is handed on once."""

from __future__ import annotations

import os

import pytest

from softphone.desktop.foreground import hand_over_foreground


def test_the_token_is_good_for_one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "wayland-1")
    monkeypatch.setenv("DESKTOP_STARTUP_ID", "x11_TIME42")
    assert hand_over_foreground() == "wayland-1"
    assert "XDG_ACTIVATION_TOKEN" not in os.environ
    assert "DESKTOP_STARTUP_ID" not in os.environ
    assert hand_over_foreground() == ""

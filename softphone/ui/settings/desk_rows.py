"""How what is around the telephone does, in figures for 診断: a view state."""

from __future__ import annotations

from softphone.app.surroundings import Surroundings
from softphone.app.text import Text


def desk_rows(text: Text, around: Surroundings) -> tuple[tuple[str, str], ...]:
    """(name, words) of sleep, hot keys and headset."""
    keys = around.hot_keys.trouble or ("some" if around.hot_keys.troubles else "works")
    news = around.headset.news
    headset = news.code or ("in_use" if news.name else "none")
    return (
        (text("diagnostics.sleep"), text(f"diagnostics.sleep_state.{around.wakefulness.state}")),
        (text("diagnostics.hot_keys"), text(f"diagnostics.hot_keys_state.{keys}")),
        (text("diagnostics.headset"), text(f"diagnostics.headset_state.{headset}", name=news.name)),
    )

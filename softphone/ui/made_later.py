"""Pages that are imported and made when one first goes there: none of them is seen at the start."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def make_page(place: str, *arguments: object) -> Any:
    """The page of ``place``, "module:Class" within ``softphone.ui``, made of ``arguments``."""
    module, _, name = place.partition(":")
    return getattr(import_module(f"softphone.ui.{module}"), name)(*arguments)

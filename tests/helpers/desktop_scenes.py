"""Scenes of the gallery: desktop. Each function sets a stage; ``SCENES`` has them by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SCENES: dict[str, Callable[[Any], object]] = {}

"""PySide's import hook, kept from reading the source of every module that is imported after it.

It looks there for the name PySide6, to know where ``from __feature__ import snake_case`` may stand, and
keeps every line in memory for good (``linecache``): 9 MB. A frozen program has no sources and does without.
Source: shibokensupport/feature.py of PySide6 6.11 (``feature_imported``, PYSIDE-2029).
"""

from __future__ import annotations

import sys

import PySide6.QtCore  # noqa: F401 - puts the hook in its place

FEATURES = "shibokensupport.feature"


def skip_source_search() -> None:
    """No module of this process asks for other names. A PySide without such a hook is left as it is."""
    features = sys.modules.get(FEATURES)
    if hasattr(features, "_mod_uses_pyside"):
        setattr(features, "_mod_uses_pyside", lambda module: False)  # noqa: B010 - it has no types

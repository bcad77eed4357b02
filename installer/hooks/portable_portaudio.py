"""At the start of the frozen program: sounddevice finds the PortAudio that came with it.

sounddevice asks the system's linker for "portaudio"; on a machine that never had it the answer is nothing.
"""

import ctypes.util
import sys
from pathlib import Path

_find_library = ctypes.util.find_library
_OURS = Path(getattr(sys, "_MEIPASS", "")) / "libportaudio.so.2"


def _find(name: str) -> str | None:
    return str(_OURS) if name == "portaudio" and _OURS.exists() else _find_library(name)


ctypes.util.find_library = _find

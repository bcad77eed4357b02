"""At the start of the frozen engine: sounddevice finds the PortAudio that came with it.

sounddevice asks the system's linker for "portaudio"; on a machine that never had it the answer is nothing.
The phone process has no sound: its start does not wait for this.
"""

import sys


def _answer_for_portaudio() -> None:
    import ctypes.util
    from pathlib import Path

    find_library = ctypes.util.find_library
    ours = Path(getattr(sys, "_MEIPASS", "")) / "libportaudio.so.2"

    def find(name: str) -> str | None:
        return str(ours) if name == "portaudio" and ours.exists() else find_library(name)

    ctypes.util.find_library = find


if sys.argv[1:] == ["engine"]:
    _answer_for_portaudio()

"""The most memory this process has used, by the operating system's own count."""

from __future__ import annotations

import sys


def most_used_mb() -> float:
    """Peak resident set (Linux, macOS) or working set (Windows) in MB; 0.0 where it is not told."""
    if sys.platform == "win32":
        return _windows_peak_mb()
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)  # bytes there, KiB elsewhere


def _windows_peak_mb() -> float:
    """Source: K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS."""
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS."""

        _fields_ = [
            ("cb", wintypes.DWORD),
            ("page_faults", wintypes.DWORD),
            *((f"bytes_{number}", ctypes.c_size_t) for number in range(8)),
        ]

    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.K32GetProcessMemoryInfo.argtypes = [wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD]
    counters = Counters(cb=ctypes.sizeof(Counters))
    told = kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
    return round(counters.bytes_0 / 1e6, 1) if told else 0.0  # PeakWorkingSetSize

"""Chooses the process: ``softphone engine`` is the engine, everything else the phone.

The engine must start fast and load nothing of the phone, and the phone nothing of the engine, so each is
imported only where it is meant.
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run, and return the exit code."""
    if sys.argv[1:] == ["engine"]:
        from softphone.engine_main import run

        run()
        return 0
    from softphone.main import main as phone_main

    return phone_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

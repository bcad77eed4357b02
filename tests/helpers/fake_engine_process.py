"""An engine process without a phone in it: the real EngineHost, and a behaviour chosen by name.

    python fake_engine_process.py <mode> [count]

Every command but Ping and Shutdown comes back as CommandFailed whose ``detail`` is the command's repr.

answer    answers Pings, ends with 0 on Shutdown
exit      the same, and ends with 3 after ``count`` commands
sigkill   the same, and kills itself after ``count`` commands
garbage   the same, and prints to standard output by every way there is
leak      the same, and writes passwords and a digest response to standard error
hang      is ready, then answers nothing and does not stop; ``count`` ms after the pipe's end it is ended
silent    never becomes ready
version   speaks another protocol
damaged   writes to the pipe what is no frame
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys

from softphone.domain.commands import PROTOCOL_VERSION, AnyCommand, Ping, SetAccount, Shutdown
from softphone.domain.errors import FailureCause
from softphone.domain.events import CommandFailed, EngineReady, Pong
from softphone.link.engine_host import ORPHAN_LIMIT_S, EngineHost

EXIT_CODE = 3


def main(mode: str, count: int) -> int:
    """Run until the phone says so, or goes; returns the exit code."""
    if mode == "damaged":
        os.write(1, b"\xff\xff\xff\xff and so on")
    limit_s = count / 1000 if mode == "hang" and count else ORPHAN_LIMIT_S
    host = EngineHost.from_stdio(orphan_limit_s=limit_s)
    inbox: queue.SimpleQueue[AnyCommand | None] = queue.SimpleQueue()
    on_closed = _nothing if mode in ("hang", "silent") else lambda: inbox.put(None)
    host.start(inbox.put, on_closed)
    if mode == "garbage":
        _print_garbage()
    if mode != "silent":
        version = PROTOCOL_VERSION + (1 if mode == "version" else 0)
        host.emit(EngineReady(protocol_version=version, pid=os.getpid()))
    seen = 0
    while (command := inbox.get()) is not None:
        if mode in ("hang", "silent"):
            continue
        if isinstance(command, Shutdown):
            break
        if isinstance(command, Ping):
            host.emit(Pong(sequence=command.sequence))
            continue
        seen += 1
        if seen == count and mode == "sigkill":
            os.kill(os.getpid(), signal.SIGKILL)
        if seen == count and mode == "exit":
            print("the last words", file=sys.stderr, flush=True)
            return EXIT_CODE
        if mode == "garbage":
            print("more garbage by print", flush=True)
        if mode == "leak" and isinstance(command, SetAccount):
            print(f'password {command.password} response="0123abcd"', file=sys.stderr, flush=True)
        host.emit(
            CommandFailed(command=type(command).__name__, cause=FailureCause.INTERNAL, detail=repr(command))
        )
    host.close()
    return 0


def _nothing() -> None:
    """An engine too busy to notice that the phone is gone."""


def _print_garbage() -> None:
    print("garbage by print", flush=True)
    os.write(1, b"\x00\x00\x00\x05garbage by write\n")
    subprocess.run([sys.executable, "-S", "-c", "print('garbage by a child')"], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0))

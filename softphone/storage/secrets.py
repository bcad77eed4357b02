"""Passwords: in the operating system's keyring, or in memory for this run. Never in a file in the clear.

A keyring may ask the user and so block: every call to it runs on the ``secrets`` thread.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any

from softphone.domain.ports import Dispatcher, SecretResult

_log = logging.getLogger(__name__)

# Those that store nothing, and those that may store in a file in the clear. An empty chain stores nothing.
_UNSAFE_MODULES = (
    "keyring.backends.fail",
    "keyring.backends.null",
    "keyring.backends.chainer",
    "keyrings.alt",
)
Done = Callable[[SecretResult], None]


class KeyringSecrets:
    """Implements ``domain.ports.Secrets`` with Credential Manager, Keychain or Secret Service.

    Thread: main; results come by the dispatcher. ``service`` is the name the entries stand under.
    """

    def __init__(self, dispatcher: Dispatcher, service: str = "softphone") -> None:
        self._dispatcher = dispatcher
        self._service = service
        self._kept: dict[str, str] = {}  # for this run, where the keyring could not
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def load(self, account: str, done: Done) -> None:
        """Look up the password of ``account``."""
        kept = self._kept.get(account)
        if kept is not None:
            self._dispatcher.post(lambda: done(SecretResult(password=kept)))
            return
        self._run(lambda backend: backend.get_password(self._service, account), done)

    def save(self, account: str, password: str, done: Done) -> None:
        """Store it, in memory too until the keyring has said yes."""
        self._kept[account] = password

        def saved(result: SecretResult) -> None:
            if not result.problem:
                self._kept.pop(account, None)
            done(SecretResult(password=password, problem=result.problem))

        self._run(lambda backend: backend.set_password(self._service, account, password), saved)

    def forget(self, account: str, done: Done) -> None:
        """Delete it from memory and keyring; one that was never there is no problem."""
        self._kept.pop(account, None)

        def delete(backend: Any) -> None:
            if backend.get_password(self._service, account) is not None:
                backend.delete_password(self._service, account)

        self._run(delete, done)

    def place(self, done: Callable[[str], None]) -> None:
        """The keyring's class and module; "" where none is safe."""
        self._run(_name, lambda result: done(result.password or ""))

    def _run(self, work: Callable[[Any], str | None], done: Done) -> None:
        def job() -> None:
            result = _guarded(work)
            self._dispatcher.post(lambda: done(result))

        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="secrets", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def _serve(self) -> None:
        while True:
            self._jobs.get()()


class MemorySecrets:
    """Passwords handed in for one run: a headless call's, the demo's."""

    def __init__(self, dispatcher: Dispatcher, passwords: dict[str, str] | None = None) -> None:
        self._dispatcher = dispatcher
        self._passwords = dict(passwords or {})

    def load(self, account: str, done: Done) -> None:
        """The password handed in."""
        result = SecretResult(password=self._passwords.get(account))
        self._dispatcher.post(lambda: done(result))

    def save(self, account: str, password: str, done: Done) -> None:
        """Keep it for this run."""
        self._passwords[account] = password
        self._dispatcher.post(lambda: done(SecretResult(password=password)))

    def forget(self, account: str, done: Done) -> None:
        """Drop it."""
        self._passwords.pop(account, None)
        self._dispatcher.post(lambda: done(SecretResult()))

    def place(self, done: Callable[[str], None]) -> None:
        """None."""
        self._dispatcher.post(lambda: done(""))


def _name(backend: Any) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _guarded(work: Callable[[Any], str | None]) -> SecretResult:
    """Run ``work`` on a safe backend and put what went wrong into a code. Thread: secrets."""
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        _log.error("there is no keyring library: %s", error)
        return SecretResult(problem="unavailable")
    try:
        backend = _safe_backend(keyring.get_keyring())
        if backend is None:
            return SecretResult(problem="unavailable")
        return SecretResult(password=work(backend))
    except (keyring.errors.NoKeyringError, keyring.errors.InitError):
        return SecretResult(problem="unavailable")
    except (keyring.errors.KeyringLocked, keyring.errors.PasswordSetError) as error:
        _log.warning("keyring refused: %s", type(error).__name__)
        return SecretResult(problem="denied")
    except Exception as error:  # noqa: BLE001 - backends raise errors of their own libraries (D-Bus, Win32)
        _log.warning("keyring failed: %s", type(error).__name__)
        return SecretResult(problem="failed")


def _safe_backend(backend: Any) -> Any:
    """``backend``, or the first safe one of a chain; None where none keeps secrets encrypted."""
    for candidate in getattr(backend, "backends", None) or [backend]:
        module, name = type(candidate).__module__, type(candidate).__name__
        if not module.startswith(_UNSAFE_MODULES) and "plaintext" not in name.lower():
            return candidate
    return None

"""KeyringSecrets against in-memory backends of the real keyring library's kind."""

from collections.abc import Iterator

import keyring
import keyring.backends.fail
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from softphone.domain.ports import SecretResult, Secrets
from softphone.storage.secrets import KeyringSecrets, MemorySecrets
from tests.helpers.dispatchers import SyncDispatcher


class DictBackend(KeyringBackend):
    """A keyring that works, refuses or breaks."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.error:
            raise self.error
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.error:
            raise self.error
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.fixture
def backend() -> Iterator[DictBackend]:
    before = keyring.get_keyring()
    backend = DictBackend()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def ask(secrets: Secrets, dispatcher: SyncDispatcher, verb: str, *args: str) -> SecretResult:
    results: list[SecretResult] = []
    getattr(secrets, verb)(*args, results.append)
    dispatcher.run_until(lambda: results)
    return results[0]


def test_a_password_is_kept_in_the_keyring(backend: DictBackend) -> None:
    dispatcher = SyncDispatcher()
    secrets = KeyringSecrets(dispatcher, service="softphone:test")
    assert ask(secrets, dispatcher, "save", "201@h", "himitsu1").problem == ""
    assert backend.entries == {("softphone:test", "201@h"): "himitsu1"}
    later = KeyringSecrets(dispatcher, service="softphone:test")
    assert ask(later, dispatcher, "load", "201@h").password == "himitsu1"
    assert ask(later, dispatcher, "forget", "201@h").problem == ""
    assert ask(later, dispatcher, "load", "201@h") == SecretResult()


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (keyring.errors.KeyringLocked("locked"), "denied"),
        (keyring.errors.NoKeyringError("none"), "unavailable"),
        (RuntimeError("D-Bus went away"), "failed"),
    ],
)
def test_a_keyring_that_cannot_keeps_it_for_this_run(
    backend: DictBackend, error: Exception, problem: str
) -> None:
    backend.error = error
    dispatcher = SyncDispatcher()
    secrets = KeyringSecrets(dispatcher)
    assert ask(secrets, dispatcher, "save", "201@h", "x").problem == problem
    assert ask(secrets, dispatcher, "load", "201@h").password == "x"
    assert ask(KeyringSecrets(dispatcher), dispatcher, "load", "201@h").password is None


def test_no_keyring_or_one_in_the_clear_is_not_used(backend: DictBackend) -> None:
    class PlaintextKeyring(DictBackend):
        __module__ = "keyrings.alt.file"

    class EmptyChain(DictBackend):
        __module__ = "keyring.backends.chainer"
        backends: tuple[KeyringBackend, ...] = ()

    for unsafe in (keyring.backends.fail.Keyring(), PlaintextKeyring(), EmptyChain()):
        keyring.set_keyring(unsafe)
        dispatcher = SyncDispatcher()
        assert ask(KeyringSecrets(dispatcher), dispatcher, "save", "a@h", "x").problem == "unavailable"
        assert getattr(unsafe, "entries", {}) == {}


def test_memory_secrets_last_for_the_run() -> None:
    dispatcher = SyncDispatcher()
    secrets = MemorySecrets(dispatcher, {"a@h": "x"})
    assert ask(secrets, dispatcher, "load", "a@h").password == "x"
    ask(secrets, dispatcher, "forget", "a@h")
    assert ask(secrets, dispatcher, "load", "a@h").password is None


def test_no_password_in_a_repr() -> None:
    assert "himitsu1" not in repr(SecretResult(password="himitsu1"))

"""A program that asks ``KeyringSecrets`` one thing and prints the answer, so that a test can run it anew.

    python -m tests.helpers.keyring_program SERVICE (save|load|forget)... ACCOUNT

A password to save comes on standard input. Prints one JSON line a verb: ``{"password": …, "problem": …}``.
"""

from __future__ import annotations

import json
import sys

from softphone.domain.ports import SecretResult
from softphone.storage.secrets import KeyringSecrets
from tests.helpers.dispatchers import SyncDispatcher

ANSWER_LIMIT_S = 20.0


def main(service: str, verbs: list[str], account: str) -> None:
    """Ask in order, print every answer."""
    dispatcher = SyncDispatcher()
    secrets = KeyringSecrets(dispatcher, service=service)
    results: list[SecretResult] = []
    for number, verb in enumerate(verbs, start=1):
        if verb == "save":
            secrets.save(account, sys.stdin.read(), results.append)
        elif verb == "load":
            secrets.load(account, results.append)
        else:
            secrets.forget(account, results.append)
        dispatcher.run_until(lambda: len(results) >= number, ANSWER_LIMIT_S, what=verb)  # noqa: B023
        print(json.dumps({"password": results[-1].password, "problem": results[-1].problem}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:-1], sys.argv[-1])

"""Looks for a new version once and says what was found. Loaded by ``softphone update check`` alone."""

from __future__ import annotations

import argparse
import json

from softphone.app.changes import Change, UpdatesMoved
from softphone.app.settings import SettingsService
from softphone.app.text import Text
from softphone.app.update_text import notes_of, problem_words, stage_text, way_words
from softphone.app.updates import Stage, UpdateStatus
from softphone.cli.exit_code import ExitCode
from softphone.cli.loop import PlainLoop
from softphone.cli.output import complain, say
from softphone.cli.services import Services

_NOT_REACHED = ("unreachable", "timeout", "certificate", "proxy", "redirected", "not_found", "server")


def run(options: argparse.Namespace, services: Services) -> int:
    """Look once; the exit code."""
    loop = PlainLoop()
    settings = SettingsService(services.store(), lambda change: None)

    def moved(change: Change) -> None:
        over = updates is not None and updates.status.stage is not Stage.CHECKING
        if isinstance(change, UpdatesMoved) and over:
            loop.quit()

    updates = services.updates(loop, settings, moved)
    if updates is None:
        complain(services.text("updates_page.not_allowed"))
        return ExitCode.USAGE
    loop.post(updates.check)
    loop.run()
    updates.stop()
    return _told(options, services.text, updates.status, updates.here.version)


def _told(options: argparse.Namespace, text: Text, status: UpdateStatus, own: str) -> ExitCode:
    """Print what was found."""
    release = status.offer.release if status.offer is not None else None
    if options.json:
        fields = {
            "state": status.problem or status.stage.value,
            "version": own,
            "newest": release.version if release else "" if status.problem else own,
            "way": status.offer.way.value if status.offer is not None else "",
            "notes": notes_of(release, text.language) if release else "",
            "text": problem_words(text, status.problem) or stage_text(text, status),
        }
        say(json.dumps(fields, ensure_ascii=False))
    elif status.problem:
        complain(problem_words(text, status.problem))
    else:
        notes = notes_of(release, text.language) if release else ""
        say("\n".join(filter(None, (stage_text(text, status), way_words(text, status), notes))))
    if not status.problem:
        return ExitCode.DONE
    return ExitCode.NOT_REACHED if status.problem in _NOT_REACHED else ExitCode.FAILED

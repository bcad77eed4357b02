"""What is said of a version: its section of CHANGELOG.md, in one place and for every reader of it.

    python -m installer.release_notes               this version's notes, Markdown
    python -m installer.release_notes check v0.1.0  the tag, the program and the changelog name one version

A version that is being worked on stands under ``## Unreleased (0.1.0)``; one that goes out under
``## 0.1.0 (2026-12-01)``. Only the second may be tagged.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from installer.product import ROOT, version

CHANGELOG = ROOT / "CHANGELOG.md"
_HEADING = re.compile(
    r"^## (?P<open>Unreleased \()?(?P<version>\d[\w.+-]*)\)?(?: \(?(?P<day>\d{4}-\d\d-\d\d)\)?)?$"
)


class ReleaseNotesError(Exception):
    """The changelog, the tag and the program do not say the same."""


def notes(changelog: str, wanted: str) -> str:
    """The section of ``wanted`` without its heading. Errors: ReleaseNotesError where there is none."""
    for heading, section in sections(changelog):
        if heading["version"] == wanted:
            if not section.strip():
                raise ReleaseNotesError(f"CHANGELOG.md says nothing of {wanted}")
            return section.strip() + "\n"
    raise ReleaseNotesError(f"CHANGELOG.md has no section for {wanted}")


def check_tag(tag: str, changelog: str, program: str) -> None:
    """``v0.1.0`` is the program's version, and the changelog has its day. Errors: ReleaseNotesError."""
    if tag != f"v{program}":
        raise ReleaseNotesError(f"the tag is {tag}, softphone.__version__ is {program}: expected v{program}")
    notes(changelog, program)
    newest, _ = sections(changelog)[0]
    if newest["version"] != program:
        raise ReleaseNotesError(f"CHANGELOG.md begins with {newest['version']}, not with {program}")
    if newest["open"] or not newest["day"]:
        raise ReleaseNotesError(f"CHANGELOG.md gives {program} no day: write ## {program} (YYYY-MM-DD)")


def main(arguments: Sequence[str]) -> None:
    """The commands of the module's docstring; what is wrong ends the program with words."""
    changelog = CHANGELOG.read_text(encoding="utf-8")
    try:
        if not arguments:
            print(notes(changelog, version()), end="")
        elif arguments[0] == "check" and len(arguments) == 2:
            check_tag(arguments[1], changelog, version())
        else:
            sys.exit(__doc__)
    except ReleaseNotesError as error:
        sys.exit(str(error))


def sections(changelog: str) -> list[tuple[re.Match[str], str]]:
    """(heading with the groups version, day, open; body) of every version, the newest first."""
    found = []
    for part in re.split(r"^(?=## )", changelog, flags=re.MULTILINE)[1:]:
        first, _, body = part.partition("\n")
        heading = _HEADING.match(first.strip())
        if heading is not None:
            found.append((heading, body))
    return found


if __name__ == "__main__":
    main(sys.argv[1:])

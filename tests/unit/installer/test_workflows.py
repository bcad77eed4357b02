"""What must hold in every workflow, read as text; `make dist` has the linters read them too."""

import re
import tomllib
from pathlib import Path

import pytest

from installer.product import ROOT
from tests.helpers.workflow_steps import run_blocks

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RELEASE = ROOT / ".github" / "workflows" / "release.yml"
SYSTEMS = {"ubuntu-22.04", "windows-2022", "macos-14", "macos-15-intel"}

each_workflow = pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)


@each_workflow
def test_every_action_is_pinned_by_its_commit(file: Path) -> None:
    uses = re.findall(r"uses: *(\S+)(.*)", file.read_text(encoding="utf-8"))
    assert uses
    for action, comment in uses:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


@each_workflow
def test_nothing_is_allowed_that_no_job_asked_for(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "\npermissions: {}\n" in text
    assert "pull_request_target" not in text
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


@each_workflow
def test_no_secret_and_no_expression_stands_in_a_command(file: Path) -> None:
    blocks = run_blocks(file.read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        assert "${{" not in block  # it would be pasted into the shell
        arguments = [line for line in block.splitlines() if not line.strip().startswith("printf ")]
        assert not re.search(r"\$\{?(UPDATE_KEY|NOTARY_|MACOS_CERTIFICATE)", "\n".join(arguments))


def test_every_system_is_built_started_packed_installed_and_started_again() -> None:
    text = RELEASE.read_text(encoding="utf-8")
    assert set(re.findall(r"\{ os: ([\w.-]+),", text)) == SYSTEMS
    assert "python -m installer.dist bundle" in text
    assert "python -m installer.dist packages" in text
    assert text.count("--selftest --out selftest-built.json") == 1
    assert text.count("--selftest --out selftest-installed.json") == 3


def test_modules_the_workflows_run_are_there() -> None:
    for file in WORKFLOWS:
        for module in set(re.findall(r"python -m (installer[\w.]*)", file.read_text(encoding="utf-8"))):
            place = ROOT / module.replace(".", "/")
            assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module


def test_they_build_with_the_python_the_program_takes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.13"
    for file in WORKFLOWS:
        assert set(re.findall(r'python-version: "([\d.]+)"', file.read_text(encoding="utf-8"))) == {"3.11"}

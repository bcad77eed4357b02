"""The house's sizes: files one can hold in mind, functions one can see at once."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(ROOT.glob("softphone/**/*.py"))
MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 50
MAX_PUBLIC_METHODS = 15
FORBIDDEN_NAMES = {"utils", "util", "common", "misc", "helpers", "core", "manager"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_small_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    limit = 300 if path.name == "main_window.py" else MAX_FILE_LINES
    assert len(text.splitlines()) <= limit
    assert path.stem not in FORBIDDEN_NAMES
    module = ast.parse(text)
    assert ast.get_docstring(module) or not module.body
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            length = node.end_lineno - node.lineno + 1
            assert length <= MAX_FUNCTION_LINES, f"{node.name}: {length} lines"
        if isinstance(node, ast.ClassDef) and not _is_protocol(node):
            public = [
                item.name for item in node.body if isinstance(item, ast.FunctionDef) and _is_ours(item.name)
            ]
            assert len(public) <= MAX_PUBLIC_METHODS, f"{node.name}: {public}"


def _is_ours(name: str) -> bool:
    """A method one calls; not what Qt (camelCase) or pjsua2 (on…) call."""
    return not name.startswith(("_", "on")) and name.islower()


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)

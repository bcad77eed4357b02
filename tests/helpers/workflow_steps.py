"""The shell commands of a GitHub workflow, without a parser of YAML."""

from __future__ import annotations

import re


def run_blocks(workflow: str) -> list[str]:
    """What stands behind every ``run:``, blocks as a whole."""
    lines = workflow.splitlines()
    found = []
    for number, line in enumerate(lines):
        start = re.match(r"( *(?:- )?)run: *(.*)", line)
        if start is None:
            continue
        depth = len(start[1])
        block = [] if start[2] in ("|", ">-") else [start[2]]
        for below in lines[number + 1 :]:
            if below.strip() and len(below) - len(below.lstrip()) <= depth:
                break
            block.append(below)
        found.append("\n".join(block))
    return found

"""Running one of the harnesses as a process of its own: they fork, and a test runner is no good parent for that."""

from __future__ import annotations

import subprocess
import sys

from tests.flow.conftest import ENVIRONMENT, ROOT


def last_line(module: str, *arguments: object) -> str:
    """Run `python -m module arguments`, show what it prints, and return its last line. Fails when it does."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as running:
        assert running.stdout is not None
        line = ""
        for line in running.stdout:
            print(line, end="", flush=True)
    assert running.returncode == 0, line
    return line.rstrip("\n")

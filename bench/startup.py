"""What a command costs before it does anything: whole processes, as the user waits for them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from bench.measure import Stage

HOOPLAKE = "import sys; from hooplake.cli import main; sys.exit(main())"


def stages() -> list[Stage]:
    """Importing the package, and the command line that prints its help."""
    typer = process("import typer")
    return [
        Stage("import hooplake", process("import hooplake"), "bare interpreter", process("pass")),
        Stage("hooplake --help", process(HOOPLAKE, "--help"), "import typer", typer, says("Commands:")),
        Stage("hooplake sql --help", process(HOOPLAKE, "sql", "--help"), "import typer", typer, says("QUERY")),
    ]


def process(code: str, *arguments: str) -> Callable[[], str]:
    """A fresh interpreter that runs some code; what it printed is the result."""
    command = [sys.executable, "-c", code, *arguments]
    return lambda: subprocess.run(command, check=True, capture_output=True, text=True).stdout


def says(word: str) -> Callable[[object], None]:
    """A check that a word was printed."""

    def check(text: object) -> None:
        if word not in str(text):
            raise AssertionError(f"no {word!r} in {text!r}")

    return check

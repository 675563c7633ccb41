"""What became of the documents of a run, printed at its end. A plugin: ``pytest -p tests.fuzz.tally``."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

TALLY: Counter[str] = Counter()
"""How often each outcome came up in this process."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:  # a worker of xdist tells the process that started it
        output["tally"] = dict(TALLY)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    TALLY.update(getattr(node, "workeroutput", {}).get("tally", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TALLY:
        games = sum(count for name, count in TALLY.items() if not name.startswith("set aside"))
        terminalreporter.section(f"{games:,} games of spoilt documents")
        for name, count in sorted(TALLY.items(), key=lambda item: (item[0].startswith("set aside"), -item[1])):
            terminalreporter.write_line(f"{count:>8,}  {name}")

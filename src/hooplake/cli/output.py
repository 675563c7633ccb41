"""Printing: for a person at a terminal, for a pipe, and as JSON for a program.

A command says everything twice: ``say`` and ``table`` for a person, ``result`` for a program. Which of the two is
heard is the user's choice (``--json``), so that commands do not ask.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from numbers import Number
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Output:
    """Where a command prints.

    Attributes:
        json: whether standard output takes one JSON object and nothing else.
    """

    def __init__(self, *, json: bool = False) -> None:
        self.json = json
        self._has_result = False

    def say(self, text: str = "") -> None:
        """Prints a line for a person."""
        if not self.json:
            print(text)  # noqa: T201

    def note(self, text: str) -> None:
        """Prints a line about the run itself, on standard error."""
        print(text, file=sys.stderr)  # noqa: T201

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
        """Prints a table for a person: drawn at a terminal, aligned text elsewhere.

        Numbers are set to the right. Nothing is printed for an unknown value.
        """
        if self.json:
            return
        if sys.stdout.isatty():
            _draw(columns, rows, title)
            return
        self.say("\n".join(filter(None, [title, as_text(columns, rows)])))

    def result(self, document: Mapping[str, Any]) -> None:
        """Prints the JSON object of the command, where JSON was asked for.

        Raises:
            RuntimeError: the command has printed one already.
        """
        if not self.json:
            return
        if self._has_result:
            raise RuntimeError("a command prints one JSON object; gather the parts into it")
        self._has_result = True
        print(as_json(document))  # noqa: T201

    def failure(self, kind: str, message: str, exit_code: int, *, told: bool = False) -> None:
        """Prints how the command ended, on standard error and, where it has printed no JSON object, as one.

        Args:
            kind: name of the error.
            message: what happened, to what, and what to do next.
            exit_code: the exit code that follows.
            told: standard error has it already.
        """
        if not told:
            self.note(message if kind == "Interrupted" else f"Error: {message}")
        if self.json and not self._has_result:
            self.result({"error": {"type": kind, "message": message, "exit_code": exit_code}})

    def progress(self, what: str, *, total: int | None = None, unit: str = "") -> Progress:
        """A bar with rate and time left on standard error, where that is a terminal.

        Args:
            what: what is being done, in a word or two.
            total: how many units there are, if that is known.
            unit: what is counted, such as ``games``.
        """
        return Progress(what, total=total, unit=unit)


class Progress:
    """A progress bar at a terminal, nothing elsewhere. To be used as a context manager."""

    def __init__(self, what: str, *, total: int | None, unit: str) -> None:
        self._what, self._total, self._unit = what, total, unit
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as RichProgress
            from rich.text import Text

            unit = self._unit

            class Rate(ProgressColumn):
                def render(self, task: Any) -> Text:
                    return Text("" if task.speed is None else f"{task.speed:,.0f} {unit}/s")

            self._bar = RichProgress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                Rate(),
                TimeRemainingColumn(compact=True),
                console=Console(stderr=True),
            )
            self._task = self._bar.add_task(self._what, total=self._total)
            self._bar.start()
        return self

    def advance(self, count: int = 1) -> None:
        """So many more units are done."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, count)

    def expect(self, total: int) -> None:
        """So many units there are in all, now that it is known."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=total)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def shown(value: object) -> str:
    """A value as a person reads it: no text for an unknown one, at most four decimals, one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")) or 0 < abs(value) < 0.001:
            return repr(value)
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).splitlines())


def as_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as text: a line of names, a line of dashes, one line a row, two blanks between columns."""
    cells, right = _cells(columns, rows)
    widths = [max([len(name), *(len(row[index]) for row in cells)]) for index, name in enumerate(columns)]
    lines = [columns, ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def _cells(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[list[list[str]], list[bool]]:
    """The texts of a table, and which of its columns are numbers."""
    rows = list(rows)
    right = [
        all(row[index] is None or _is_number(row[index]) for row in rows)
        and any(row[index] is not None for row in rows)
        for index in range(len(columns))
    ]
    return [[shown(value) for value in row] for row in rows], right


def as_json(document: object) -> str:
    """A value as one line of JSON: dates as ISO text, decimals as numbers, what is not a number as null."""
    import msgspec

    return msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode(document).decode()


def _is_number(value: object) -> bool:
    return isinstance(value, Number) and not isinstance(value, bool)


def _draw(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells, right = _cells(columns, rows)
    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name, is_right in zip(columns, right, strict=True):
        table.add_column(Text(name), justify="right" if is_right else "left")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)

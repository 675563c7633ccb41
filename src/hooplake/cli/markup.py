"""Pieces of pages: tables that can be scrolled and read aloud, bars, numbers as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape


def data_table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    text: int,
    raw: bool = False,
    quiet: bool = False,
    wrap: bool = False,
) -> str:
    """A table that can be scrolled; columns that hold markup or words are set to the left.

    Args:
        caption: what it is, for who does not see it.
        columns: names of the columns.
        rows: their values, of which the first names the row.
        text: so many columns are set to the left in any case.
        raw: whether values are markup already.
        quiet: whether its figures are of less weight than those of others.
        wrap: whether its texts may go over several lines.
    """
    texts = [[str("" if value is None else value) for value in row] for row in rows]
    left = [at < text or not all(_numeric(row[at]) for row in texts) for at in range(len(columns))]
    head = "".join(
        f'<th scope="col"{" class=text" if is_left else ""}>{escape(name)}</th>'
        for name, is_left in zip(columns, left, strict=True)
    )
    body = []
    for row in texts:
        cells = row if raw else [escape(cell) for cell in row]
        marked = [f"<td{' class=text' if left[at] else ''}>{cell}</td>" for at, cell in enumerate(cells[1:], 1)]
        body.append(f'<tr><th scope="row">{cells[0]}</th>{"".join(marked)}</tr>')
    kind = ' class="quiet"' if quiet else ' class="wrap"' if wrap else ""
    return scrolled(
        f'<table{kind}><caption class="sr">{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>',
        caption,
    )


def scrolled(table: str, label: str) -> str:
    """A table in a box of its own, which can be scrolled sideways, with keys too."""
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">{table}</div>'


def _numeric(cell: str) -> bool:
    return not cell or (cell[0].isdigit() and "<" not in cell)


def short(table: str) -> str:
    """The name of a table as a person says it."""
    return table.removeprefix("gold.")


def quiet_text(text: str) -> str:
    """A text of less weight; nothing for none."""
    return f"<small>{escape(text)}</small>" if text else ""


def counted(counts: Mapping[str, int]) -> str:
    """Numbers of things by their names, in one line."""
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def share(percent: float | None) -> str:
    """A percentage, never rounded up to 100, nor down to 0."""
    if percent is None:
        return ""
    if percent in (0, 100):
        return f"{percent:g}"
    return f"{min(max(percent, 0.1), 99.9):.1f}"


def percent_text(percent: float | None) -> str:
    """A percentage with its sign; a dash where there is nothing to take it of."""
    return "–" if percent is None else f"{percent:g} %"

"""The sections of the report on coverage that look into the rows: quality, windows, and what no source tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from hooplake.cli.markup import data_table, scrolled, share, short

_TIERS = ("gold", "silver", "bronze", "poor", "unusable")


def quality_section(tables: Sequence[Mapping[str, Any]]) -> str:
    """Tiers, and shares of NULL by column and season, table by table."""
    told = [table for table in tables if table["seasons"]]
    if not told:
        return "<p>There are no rows.</p>"
    return (
        "<p>A tier is the share of the columns that apply to a row and are known in it: gold from 95 %, silver from 75, bronze "
        "from 50, poor from 25. Of the columns those with a NULL are listed. A reason that holds for every row stands beside "
        "the column; a budget is the share that may be NULL after the first 30 days of a season.</p>"
        + "".join(_table_quality(table) for table in told)
    )


def _table_quality(table: Mapping[str, Any]) -> str:
    whole: dict[str, int] = {}
    for season in table["seasons"]:
        for name, rows in season["tiers"].items():
            whole[name] = whole.get(name, 0) + rows
    rows = [
        [
            f"{escape(season['league'])} {season['season']}", escape(season["source"]), f"{season['rows']:,}",
            _bar(season["tiers"]), *(share(100 * season["tiers"].get(name, 0) / season["rows"]) for name in _TIERS),
        ]
        for season in table["seasons"]
    ]  # fmt: skip
    columns = ("Season", "Source", "Rows", "Tiers", *(f"{name.capitalize()} %" for name in _TIERS))
    tiers = data_table(f"{short(table['table'])}: rows by tier", columns, rows, text=1, raw=True)
    best = max(whole, key=lambda name: whole[name], default="")
    percent = share(100 * whole[best] / sum(whole.values())) if whole else ""
    return (
        f"<details><summary>{escape(short(table['table']))} <small>{percent} % {best}</small></summary>{tiers}{_nulls(table)}"
        "</details>"
    )


def _nulls(table: Mapping[str, Any]) -> str:
    """Shares of NULL: a row per column that has any, a column per season."""
    seasons = table["seasons"]
    columns = [name for name in table["columns"] if any(name in season["nulls"] for season in seasons)]
    if not columns:
        return ""
    rows = []
    for name in columns:
        group = table["groups"].get(name, "")
        whole = sorted({text for season in seasons for text in season["by_design"] if text.partition(":")[0] == group})
        budget = table["budgets"].get(name)
        reasons = ", ".join(text.partition(":")[2] for text in whole)
        note = f"budget {100 * budget:g} %" if budget is not None else reasons
        cells = "".join(_shade(100 * season["nulls"].get(name, 0)) for season in seasons)
        kind = ' class="design"' if reasons and budget is None else ""
        rows.append(f'<tr{kind}><th scope="row">{escape(name)}</th><td class="text">{escape(note)}</td>{cells}</tr>')
    head = "".join(f'<th scope="col">{escape(season["league"])} {season["season"]}</th>' for season in seasons)
    caption = f"{short(table['table'])}: percent of rows in which a column is NULL"
    return scrolled(
        f'<table class="heat"><caption>Percent of rows in which a column is NULL</caption><thead><tr><th scope="col">Column</th>'
        f'<th scope="col" class="text">Note</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>',
        caption,
    )


def _shade(percent: float, title: str = "") -> str:
    told = f' title="{escape(title)}"' if title else ""
    return f'<td style="--s:{percent / 100:.3f}"{told}>{share(percent)}</td>'


def _bar(tiers: Mapping[str, int]) -> str:
    total = sum(tiers.values()) or 1
    at, parts = 0.0, []
    for name in _TIERS:
        width = 100 * tiers.get(name, 0) / total
        if width:
            parts.append(f'<rect class="{name}" x="{at:.2f}" width="{width:.2f}" height="10"/>')
        at += width
    return f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg>'


def windows_section(windows: Sequence[Mapping[str, Any]]) -> str:
    """How many windows reach much further back than usual."""
    if not windows:
        return "<p>There are no rows with windows.</p>"
    seasons = sorted({(one["league"], one["source"], one["season"]) for one in windows})
    cells = {(one["table"], one["league"], one["source"], one["season"]): one for one in windows}
    rows = []
    for table in dict.fromkeys(one["table"] for one in windows):
        own = [cells.get((table, *season)) for season in seasons]
        marked = "".join(
            "<td></td>"
            if one is None
            else _shade(
                100 * one["stale"] / one["rows"],
                f"{one['stale']:,} of {one['rows']:,} windows; the widest spans {one['widest']} days",
            )
            for one in own
        )
        rows.append(f'<tr><th scope="row">{escape(short(table))}</th>{marked}</tr>')
    head = "".join(f'<th scope="col">{escape(league)} {season}</th>' for league, _, season in seasons)
    caption = "Percent of windows that are stale, by table and season"
    return (
        "<p>A window is stale if it spans more than three times the days that windows of as many games usually span in the "
        "season. Players who were away for long have such windows; teams have them only where games are missing.</p>"
        + scrolled(
            f'<table class="heat"><caption>{caption}</caption><thead><tr><th scope="col">Table</th>{head}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>",
            caption,
        )
    )


def limits_section(tables: Sequence[Mapping[str, Any]]) -> str:
    """Groups of columns that nothing tells of, by season."""
    found: dict[tuple[str, str, int], dict[str, list[str]]] = {}
    for table in tables:
        for season in table["seasons"]:
            for text in season["by_design"]:
                group, _, reason = text.partition(":")
                where = found.setdefault((season["league"], season["source"], season["season"]), {})
                where.setdefault(f"{group} ({reason})", []).append(short(table["table"]))
    if not found:
        return "<p>Every group of columns has a source.</p>"
    rows = [
        [league, source, season, ", ".join(sorted(groups))]
        for (league, source, season), groups in sorted(found.items())
    ]
    note = "<p>These groups of columns are NULL in every row of a season because no feed of their kind was taken in. They are no gaps.</p>"
    return note + data_table(
        "Groups of columns without a source", ("League", "Source", "Season", "Groups"), rows, text=2, wrap=True
    )

"""The report on coverage as one HTML file: no script, no network, readable in light and dark, and by a screen reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any

from hooplake.cli.coverage_quality import limits_section, quality_section, windows_section
from hooplake.cli.markup import counted, data_table, percent_text, quiet_text, scrolled, share, short

_SHOWN_GAPS = 400
_SHOWN_RUNS = 20
_STATES = {
    "COMPLETE": ("done", "every row due is there"),
    "EMPTY_OK": ("none", "nobody has the games that rows need yet"),
    "NOT_DUE": ("none", "nothing is due"),
    "EXPECTED": ("open", "due, and not built"),
    "RUNNING": ("work", "being built now"),
    "BLOCKED": ("wait", "waits for something that falls short or failed"),
    "DEGRADED": ("part", "good enough to be read, and not all there"),
    "PARTIAL": ("part", "rows are missing"),
    "STALE": ("old", "what it is made of has changed"),
    "FAILED": ("bad", "the last attempt failed"),
    "CONTAMINATED": ("bad", "the rows cannot be true"),
}
_CLASSES = {
    "OFF_DAY": "no game, by a schedule",
    "EXHIBITION": "only games that do not count",
    "NOT_FINAL": "games that are not over",
    "NOT_COLLECTED": "played by the schedule, and not taken in",
    "BOOTSTRAP": "first days of a season",
    "INSUFFICIENT_HISTORY": "nobody has enough games yet",
    "UNKNOWN": "no schedule tells of the date",
}


def coverage_page(report: Mapping[str, Any], *, lake: str, version: str, made: datetime) -> str:
    """The page.

    Args:
        report: from `hooplake.tables.coverage_report.read_report`.
        lake: name of the lake.
        version: of the program.
        made: when; nothing else on the page depends on the clock.
    """
    style = files("hooplake.cli").joinpath("coverage_page.css").read_text("utf-8")
    sections = [
        ("matrix", "By table and season", _matrix(report["seasons"])),
        ("gaps", "What is open", _gaps(report["gaps"])),
        ("years", "By year", _years(report["years"])),
        ("tables", "Table by table", _tables(report["seasons"], checked=report["checked"])),
        ("structural", "Nothing due, and why", _structural(report["structural"])),
        ("quality", "Quality of the values", quality_section(report["quality"])),
        ("windows", "Windows", windows_section(report["windows"])),
        ("runs", "Runs", _runs(report["runs"])),
        ("limits", "What no source tells", limits_section(report["quality"])),
    ]
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title, _ in sections)
    body = "".join(f'<section id="{name}"><h2>{title}</h2>{text}</section>' for name, title, text in sections)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>Coverage of {escape(lake)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">Skip to the report</a>\n{_header(report, lake, version, made)}\n'
        f'<nav aria-label="Sections"><ul>{links}</ul></nav>\n<main id="main">\n{body}\n</main>\n</body>\n</html>\n'
    )


def _header(report: Mapping[str, Any], lake: str, version: str, made: datetime) -> str:
    totals, span = report["totals"], report["range"]
    if not totals["due"]:
        verdict, kind = "Nothing is due in this range", "none"
    elif not totals["open"]:
        verdict, kind = "Everything that is due is there", "done"
    else:
        verdict, kind = f"{totals['open']:,} of {totals['due']:,} dates of tables are open", "open"
    facts = [
        ("Lake", lake),
        ("Leagues", ", ".join(span["leagues"]) or "none"),
        ("Range", f"{span['first']} to {span['last']}" if span["first"] else "empty"),
        ("Schedule", report["schedule"] or "of the games taken in"),
        ("hooplake", version),
        ("Made", f"{made.astimezone(UTC):%Y-%m-%d %H:%M} UTC"),
    ]
    tiles = [
        ("dates of tables complete", percent_text(totals["done_percent"]), f"{totals['done']:,} of {totals['due']:,}"),
        ("rows there", percent_text(totals["presence"]), f"{totals['present_rows']:,}, {totals['unaccounted_rows']:,} missing"),
        ("rows hashed", percent_text(totals["hashed"]), "every hash computed anew" if report["checked"] else "not computed anew"),
        ("dates unknown", f"{totals['unknown_dates']:,}", "no schedule tells of them"),
    ]  # fmt: skip
    return (
        f"<header><h1>Coverage</h1>"
        f'<p class="verdict {kind}">{verdict}</p>'
        f'<dl class="tiles">{"".join(_tile(*tile) for tile in tiles)}</dl>'
        f'<dl class="facts">{"".join(f"<div><dt>{name}</dt><dd>{escape(str(value))}</dd></div>" for name, value in facts)}'
        f"</dl></header>"
    )


def _tile(name: str, figure: str, more: str) -> str:
    return f"<div><dt>{name}</dt><dd><strong>{figure}</strong></dd><dd>{escape(more)}</dd></div>"


def _years(years: Sequence[Mapping[str, Any]]) -> str:
    columns = (
        "League", "Year", "Game dates", "Off days", "Exhibitions", "Unknown", "Phase 3 complete", "Phase 4 complete",
        "Due", "Done",
    )  # fmt: skip
    rows = [
        [
            *list(year.values())[:2],
            *(_figure(count) for count in list(year.values())[2:-1]),
            share(year["done_percent"]),
        ]
        for year in years
    ]
    return data_table("Dates by calendar year", columns, rows, text=1)


def _matrix(seasons: Sequence[Mapping[str, Any]]) -> str:
    """Per league and source a table of tables by seasons: the share of due dates that are complete."""
    found = [_legend()]
    for (league, source), group in groupby(seasons, lambda row: (row["league"], row["source"])):
        own = list(group)
        numbers = sorted({row["season"] for row in own})
        cells = {(row["table"], row["season"]): row for row in own}
        tables = list(dict.fromkeys(row["table"] for row in own))
        head = "".join(f'<th scope="col">{number}</th>' for number in numbers)
        body = "".join(
            f'<tr><th scope="row"><a href="#{_anchor(league, source, table)}">{short(table)}</a></th>'
            + "".join(_cell(cells.get((table, number))) for number in numbers)
            + "</tr>"
            for table in tables
        )
        caption = f"{escape(league)}, {escape(source)}: percent of the due dates that are complete"
        found.append(
            scrolled(
                f'<table class="matrix"><caption>{caption}</caption><thead><tr><th scope="col">Table</th>{head}</tr></thead>'
                f"<tbody>{body}</tbody></table>",
                caption,
            )
        )
    return "".join(found)


def _cell(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "<td></td>"
    if not row["due"]:
        return f'<td class="none" title="{escape(counted(row["gaps"]))}"><span class="sr">nothing due</span></td>'
    done = row["complete"]
    kind = _STATES[_gravest(row["states"])][0] if _open(row["states"]) else "done"
    percent = int(100 * done / row["due"])
    title = f"{done:,} of {row['due']:,} dates; {row['present_rows']:,} of {row['expected_rows']:,} rows; {counted(row['states'])}"
    return f'<td class="{kind}" title="{escape(title)}">{percent}</td>'


def _gravest(states: Mapping[str, int]) -> str:
    return max(states, key=list(_STATES).index)


def _legend() -> str:
    kinds = {"done": "complete", "part": "in part", "old": "stale", "open": "not built", "wait": "waits", "work": "being built",
             "bad": "failed or contaminated", "none": "nothing due"}  # fmt: skip
    return f'<ul class="legend">{"".join(f"<li><i class={kind}></i>{text}</li>" for kind, text in kinds.items())}</ul>'


def _gaps(gaps: Sequence[Mapping[str, Any]]) -> str:
    if not gaps:
        return "<p>Nothing. Every date on which something is due is complete.</p>"
    found = []
    for gap in gaps[:_SHOWN_GAPS]:
        one = gap["dates"] == 1
        days = f"{gap['first']}" if one else f"{gap['first']} to {gap['last']} ({gap['dates']:,} dates)"
        name = gap["state"] if gap["state"] == gap["class"] else f"{gap['state']} ({gap['class']})"
        detail = f"<p>{escape(gap['detail'])}</p>" if gap["detail"] else ""
        found.append(
            f'<li><b class="tag {_STATES[gap["state"]][0]}">{escape(name)}</b> <strong>{escape(short(gap["table"]))}</strong> '
            f"<span>{escape(gap['league'])}, {days}</span> <span>{gap['present']:,} of {gap['expected']:,} rows</span> "
            f"<span>reaches {gap['reaches']:,}</span>{detail}<code>{escape(gap['command'])}</code></li>"
        )
    rest = len(gaps) - _SHOWN_GAPS
    more = f"<p>And {rest:,} more: see <code>hooplake gaps</code>.</p>" if rest > 0 else ""
    return (
        "<p>In the order in which to run the commands: one may close gaps further down. A gap reaches so many due dates of "
        f'tables.</p><ol class="gaps">{"".join(found)}</ol>{more}'
    )


def _tables(seasons: Sequence[Mapping[str, Any]], *, checked: bool) -> str:
    columns = (
        "Season",
        "Dates",
        "Complete",
        "Due",
        "Rows",
        "Rows due",
        "Missing",
        "Present",
        "Hashed",
        "Valid",
        "Open",
        "Not due",
    )
    found = [
        "<p>A strip shows the dates of a season from left to right.</p>"
        + ("" if checked else "<p>Hashes were not computed anew: <code>--check</code> does that.</p>")
    ]
    for (league, source, table), group in groupby(
        sorted(seasons, key=lambda row: (row["league"], row["source"])),
        lambda row: (row["league"], row["source"], row["table"]),
    ):
        own = list(group)
        rows = [
            [
                str(row["season"]), _strip(row["strip"]), f"{row['complete']:,}", f"{row['due']:,}", f"{row['present_rows']:,}",
                f"{row['expected_rows']:,}", f"{row['unaccounted_rows']:,}", share(row["presence"]), share(row["hashed"]),
                share(row.get("valid")), escape(counted(_open(row["states"]))), quiet_text(counted(_not_due(row["gaps"]))),
            ]
            for row in own
        ]  # fmt: skip
        bad = sum(sum(_open(row["states"]).values()) for row in own)
        summary = f"{escape(short(table))} <small>{escape(league)}, {escape(source)}: " + (
            f"{bad:,} open</small>" if bad else "complete</small>"
        )
        found.append(
            f'<details id="{_anchor(league, source, table)}"{" open" if bad else ""}><summary>{summary}</summary>'
            f"{data_table(f'{short(table)} by season', columns, rows, text=2, raw=True, quiet=True)}</details>"
        )
    return "".join(found)


def _open(states: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in states.items() if name not in ("COMPLETE", "EMPTY_OK", "NOT_DUE")}


def _not_due(gaps: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in gaps.items() if name in _CLASSES}


def _strip(runs: Sequence[tuple[str, int]]) -> str:
    """The dates of a season as a picture, with what it shows as text."""
    total = sum(count for _, count in runs)
    at, parts = 0, []
    for state, count in runs:
        if _STATES[state][0] != "none":
            parts.append(f'<rect class="{_STATES[state][0]}" x="{at}" width="{count}" height="10"/>')
        at += count
    counts: dict[str, int] = {}
    for state, count in runs:
        counts[state] = counts.get(state, 0) + count
    return (
        f'<svg viewBox="0 0 {total} 10" preserveAspectRatio="none" role="img" aria-label="{escape(counted(_open(counts)) or "complete")}">'
        f'<rect class="none" width="{total}" height="10"/>{"".join(parts)}</svg>'
    )


def _structural(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "<p>Something is due on every date.</p>"
    names = [name for name in _CLASSES if any(row["class"] == name for row in rows)]
    counts = {(row["league"], row["year"], row["class"]): row["dates_of_tables"] for row in rows}
    places = sorted({(row["league"], row["year"]) for row in rows})
    body = [[league, year, *(_figure(counts.get((league, year, name))) for name in names)] for league, year in places]
    key = "".join(f"<div><dt>{name}</dt><dd>{_CLASSES[name]}</dd></div>" for name in names)
    return f'<dl class="key">{key}</dl>' + data_table(
        "Dates of tables on which nothing is due, by class", ("League", "Year", *names), body, text=1, quiet=True
    )


def _figure(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _runs(runs: Sequence[Mapping[str, Any]]) -> str:
    if not runs:
        return "<p>No run yet.</p>"
    rows = [
        [
            run["run_id"], run["command"], f"{datetime.fromtimestamp(run['started'], UTC):%Y-%m-%d %H:%M}",
            run["seconds"], run["estimated_seconds"], run["exit_code"], f"{run['considered']:,}", f"{run['run']:,}",
            f"{run['same']:,}", f"{run['failed']:,}", "" if run["skip_rate"] is None else share(100 * run["skip_rate"]),
        ]
        for run in runs[:_SHOWN_RUNS]
    ]  # fmt: skip
    columns = (
        "Run",
        "Command",
        "Began, UTC",
        "Seconds",
        "Estimated",
        "Exit code",
        "Units",
        "Run",
        "Same",
        "Failed",
        "Skipped %",
    )
    return data_table("The newest runs", columns, rows, text=3)


def _anchor(league: str, source: str, table: str) -> str:
    return escape(f"{league}-{source}-{short(table)}")

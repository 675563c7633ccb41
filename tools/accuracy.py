"""Writes docs/accuracy.md: how exact the replay of real ESPN games is, cell by cell. Figures only, no data.

``python -m tools.accuracy [DIRECTORY]`` takes in the documents of the directory (``espn`` in the real data), builds a
lake of them in a temporary directory and writes the page.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hooplake.games.model import STATS
from hooplake.lakehouse import Lakehouse
from hooplake.lakehouse import open as open_lake
from hooplake.sources.report import IngestReport

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "accuracy.md"
_COLLEGE = ("mbb", "wbb")


def page(documents: Path) -> str:
    """The page for the documents of a directory."""
    with tempfile.TemporaryDirectory() as folder, open_lake(folder, create=True) as lake:
        report = lake.ingest_files([documents])
        built = lake.build()
        if built.failures:
            raise SystemExit(f"games failed: {built.failures}")
        parts = [
            _head(),
            _outcomes(lake, report),
            _summary(lake),
            _stats(lake),
            _grades(lake),
            _lineups(lake),
            _causes(lake),
            _cells(lake),
        ]
    return "\n\n".join(parts) + "\n"


def _head() -> str:
    return "\n".join(
        (
            "# Accuracy",
            "",
            "<!-- Written by `python -m tools.accuracy` from the real documents; a change made here is lost. -->",
            "",
            "How the replay of real ESPN games compares with their official boxes. Every play is replayed; the line of",
            "every listed player and every team is compared over every stat that the plays can tell; every difference",
            "has one cause ([how they are found](tables.md), `hooplake.replay.causes`). Players who are listed without",
            "a line count as zeros, as in the official box.",
        )
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _share(equal: int, compared: int) -> str:
    """A percentage that never rounds up to 100."""
    return "" if not compared else f"{int(10_000 * equal / compared) / 100:.2f} %"


def _rows(lake: Lakehouse, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lake.sql(query).to_pylist()
    return found


def _outcomes(lake: Lakehouse, report: IngestReport) -> str:
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.counts.items() if count)
    dead = Counter(outcome.reason for outcome in report.dead)
    rows = _rows(
        lake,
        """select d.league, d.kind, d.status, count(*) as documents, count(*) filter (d.used) as used,
                  count(*) filter (d.used and g.plays_status <> 'absent') as with_plays,
                  count(*) filter (d.used and g.box_status = 'full') as full_box,
                  count(*) filter (d.used and g.box_status = 'shell') as shell
           from silver.fct_game_documents d join silver.fct_games g using (league, source, season, game_id)
           group by all order by all""",
    )
    columns = ("league", "kind", "status", "documents", "used", "with plays", "full box", "shell box")
    return "\n\n".join(
        (
            "## What became of the documents",
            f"{len(report.outcomes)} documents: {counts}. Superseded means that another document of the game has gone "
            "further and rules. Dead letters: "
            + (", ".join(f"{count} {reason}" for reason, count in sorted(dead.items())) or "none")
            + ".",
            table(columns, [tuple(row.values()) for row in rows]),
        )
    )


def _families(lake: Lakehouse) -> list[dict[str, Any]]:
    return _rows(
        lake,
        """select case when league in ('mbb', 'wbb') then 'college (' || league || ')' else league end as family,
                  count(*) as games, sum(cells_compared) as cells, sum(cells_equal) as equal,
                  count(*) filter (total_discrepancies = 0 and final_score_match) as perfect,
                  sum(team_cells_compared) as team_cells, sum(team_cells_equal) as team_equal,
                  sum(minutes_compared) as minutes, sum(minutes_equal) as minutes_equal,
                  sum(plus_minus_compared) as net, sum(plus_minus_equal) as net_equal,
                  count(*) filter (final_score_match) as finals, count(*) filter (period_scores_match) as periods
           from gold.box_score_verification where quality_grade is not null group by all order by all""",
    )


def _summary(lake: Lakehouse) -> str:
    rows = [
        (
            f["family"], f["games"], f"{f['equal']:,} of {f['cells']:,}", _share(f["equal"], f["cells"]),
            f["perfect"], f"{f['team_equal']:,} of {f['team_cells']:,}",
            f"{f['minutes_equal']} of {f['minutes']}" if f["minutes"] else "",
            f"{f['net_equal']} of {f['net']}" if f["net"] else "", f["finals"], f["periods"],
        )
        for f in _families(lake)
    ]  # fmt: skip
    columns = (
        "league", "games", "player cells equal", "share", "games without a difference", "team cells equal",
        "minutes equal", "plus-minus equal", "final scores equal", "line scores equal",
    )  # fmt: skip
    return "\n\n".join(
        (
            "## In one table",
            "Final games with plays and an official box, each game once. Player cells are the 15 counting stats.",
            table(columns, rows),
        )
    )


def _stats(lake: Lakehouse) -> str:
    rows = []
    for family, leagues in (("nba", ("nba",)), ("college", _COLLEGE)):
        names = ", ".join(f"'{league}'" for league in leagues)
        lines = _rows(
            lake,
            f"""select count(*) as n from silver.fct_game_players p
                join gold.box_score_verification v using (league, source, season, game_id)
                where v.quality_grade is not null and league in ({names})""",
        )[0]["n"]
        differing = {
            row["stat"]: row["n"]
            for row in _rows(
                lake,
                f"""select stat, count(*) as n from gold.box_score_differences
                    where scope = 'player' and league in ({names}) group by stat""",
            )
        }
        teams = {
            row["stat"]: row["n"]
            for row in _rows(
                lake,
                f"""select stat, count(*) as n from gold.box_score_differences
                    where scope = 'team' and league in ({names}) group by stat""",
            )
        }
        for stat in STATS:
            wrong = differing.get(stat, 0)
            rows.append((family, stat, f"{lines:,}", wrong, _share(lines - wrong, lines), teams.get(stat, 0)))
    columns = ("games", "stat", "player lines", "differing", "equal", "differing team totals")
    return "\n\n".join(("## Stat by stat", table(columns, rows)))


def _grades(lake: Lakehouse) -> str:
    rows = _rows(
        lake,
        """select league, count(*) filter (quality_grade = 'A') as a, count(*) filter (quality_grade = 'B') as b,
                  count(*) filter (quality_grade = 'C') as c, count(*) filter (quality_grade = 'D') as d,
                  count(*) filter (quality_grade = 'F') as f, count(*) filter (quality_grade is null) as none
           from gold.box_score_verification group by all order by all""",
    )
    return "\n\n".join(
        (
            "## Grades",
            "A: no difference and the final score equal; B: 1 to 5 differences; C: 6 to 15; D: 16 to 30; F: more, or "
            "another final score. None: games that are not final.",
            table(("league", "A", "B", "C", "D", "F", "none"), [tuple(row.values()) for row in rows]),
        )
    )


def _lineups(lake: Lakehouse) -> str:
    rows = _rows(
        lake,
        """select league, season, count(*) as games, sum(events) as events, sum(lineup_events) as known,
                  count(*) filter (lineup_status = 'complete') as complete,
                  count(*) filter (lineup_status = 'incomplete') as incomplete,
                  count(*) filter (lineup_status = 'absent') as absent, sum(minutes_compared) as minutes,
                  sum(minutes_equal) as minutes_equal
           from gold.box_score_verification where status = 'final' group by all order by all""",
    )
    cells = [
        (
            r["league"], r["season"], r["games"], f"{r['events']:,}", f"{r['known']:,}", r["complete"],
            r["incomplete"], r["absent"], f"{r['minutes_equal']} of {r['minutes']}" if r["minutes"] else "",
        )
        for r in rows
    ]  # fmt: skip
    columns = (
        "league", "season", "finals", "events", "events with five known on both sides", "complete", "incomplete",
        "no substitutions in the source", "minutes equal",
    )  # fmt: skip
    return "\n\n".join(("## Lineups", table(columns, cells)))


def _causes(lake: Lakehouse) -> str:
    rows = _rows(
        lake,
        """select league, scope, cause, count(*) as cells, count(distinct game_id) as games
           from gold.box_score_differences group by all order by league, scope, cells desc, cause""",
    )
    return "\n\n".join(
        (
            "## Causes",
            table(("league", "what", "cause", "cells", "games"), [tuple(row.values()) for row in rows]),
        )
    )


def _cells(lake: Lakehouse) -> str:
    rows = _rows(
        lake,
        """select league, game_id, cause, list(scope || ' ' || entity_id || ' ' || stat || ' ' || generated || '/' ||
                  actual order by scope, entity_id, stat) as cells
           from gold.box_score_differences group by all order by all""",
    )
    return "\n\n".join(
        (
            "## Every differing cell",
            "Scope, player or team id, stat, replayed/official.",
            table(
                ("league", "game", "cause", "cells"),
                [(r["league"], r["game_id"], r["cause"], "; ".join(r["cells"])) for r in rows],
            ),
        )
    )


def main(arguments: list[str]) -> int:
    """Write the page."""
    documents = Path(arguments[0]) if arguments else ROOT.parent / "shared" / "data" / "espn"
    if not documents.is_dir():
        sys.stderr.write(f"{documents} is no directory: name the one that holds the real documents\n")
        return 2
    PAGE.write_text(page(documents), "utf-8")
    sys.stdout.write(json.dumps({"page": str(PAGE.relative_to(ROOT)), "bytes": PAGE.stat().st_size}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

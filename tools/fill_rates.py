"""Writes docs/fill-rates.md: how often each feature has a value in the stored real documents, by league and kind.

``python -m tools.fill_rates`` needs the documents (``HOOPLAKE_REAL_DATA``); only figures come out of them.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from hooplake.config import Settings
from hooplake.features.catalog import features
from hooplake.features.tables import feature_tables
from hooplake.games.espn.decode import decode
from hooplake.games.espn.read import Fetch, read_game
from hooplake.games.model import Game
from hooplake.games.silver import silver_tables
from hooplake.lakehouse import registry
from hooplake.replay.replay import replay

PAGE = Path(__file__).parents[1] / "docs" / "fill-rates.md"

Column = tuple[str, str]
"""League and kind of document."""

Counts = dict[str, dict[Column, tuple[int, int]]]
"""By feature and column: rows with a value, and rows."""


def main() -> int:
    """Writes the page."""
    folder = Settings.read().real_data / "espn"
    if not folder.is_dir():
        print(f"no stored documents in {folder}: set HOOPLAKE_REAL_DATA", file=sys.stderr)
        return 2
    PAGE.write_text(page(folder), "utf-8")
    print(f"docs/{PAGE.name}: written")
    return 0


def page(folder: Path) -> str:
    """The page for the documents of a folder with an ``index.csv``."""
    games: dict[Column, list[Game]] = defaultdict(list)
    for league, kind, game in _games(folder):
        games[league, kind].append(game)
    columns = sorted(games)
    lines = [
        "<!-- Written by `python -m tools.fill_rates` from stored real documents; a change made here is lost. -->",
        "",
        "# Fill rates",
        "",
        "How often each of the [58 features](features.md) has a value in the stored real documents, in percent: of games",
        "for features of the game, of listed players for those of players, of plays for those of plays. A dash is a",
        "document that lists no such rows. Why a value is missing is in `gold.feature_quality`, per game.",
    ]
    for title, only_final in (("Finished games", True), ("All documents", False)):
        chosen = {column: [game for game in games[column] if game.played or not only_final] for column in columns}
        shown = [column for column in columns if chosen[column]]
        counts = _counts({column: chosen[column] for column in shown})
        lines += ["", f"## {title}", "", "| feature | " + " | ".join(" ".join(column) for column in shown) + " |"]
        lines += ["|---|" + "--:|" * len(shown)]
        lines += ["| *documents* | " + " | ".join(str(len(chosen[column])) for column in shown) + " |"]
        for feature in features():
            cells = [_percent(*counts[feature.name][column]) for column in shown]
            lines.append(f"| {feature.number} `{feature.name}` | " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _games(folder: Path) -> Iterator[tuple[str, str, Game]]:
    with (folder / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        decoded = decode(gzip.decompress((folder / row["file"]).read_bytes()))
        # a trimmed document names neither league nor date
        fetch = Fetch(row["file"], 1, decoded)
        yield (
            row["league"],
            decoded.kind,
            read_game([fetch], league=row["league"], season=2025, game_date=date(2025, 1, 1)),
        )


def _counts(games: dict[Column, list[Game]]) -> Counts:
    counts: Counts = {feature.name: dict.fromkeys(games, (0, 0)) for feature in features()}
    for column, documents in games.items():
        for game in documents:  # one by one: two documents may be of one game
            tables = silver_tables([game], registry())
            tables |= replay(tables, registry(), league=game.league)
            made = feature_tables(tables, registry(), league=game.league, season=game.season)
            for feature in features():
                values = made[feature.table][feature.column]
                known, rows = counts[feature.name][column]
                counts[feature.name][column] = (known + len(values) - values.null_count, rows + len(values))
    return counts


def _percent(known: int, rows: int) -> str:
    if not rows:
        return "–"
    share = 100 * known / rows
    # never rounded up to all, or down to nothing
    text = f"{min(share, 99.9) if known < rows else share:.1f}"
    return "100" if known == rows else "0" if not known else text if text != "0.0" else "<0.1"


if __name__ == "__main__":
    sys.exit(main())

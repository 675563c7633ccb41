"""Writes docs/skip-rates.md: what daily runs of a month skip, and the proof that they skipped nothing they should not.

``python -m tools.skip_rates`` plays a month of a simulated season: every day its games are over, and some games of the
two weeks before are corrected. Each day one run does what is due; on some days the same documents are built from nothing
in another lake, and the hashes of the ten tables are compared.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from hooplake import simulate
from hooplake.build.report import StepReport
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import Partition
from hooplake.lakehouse import Lakehouse
from hooplake.lakehouse import open as open_lake
from hooplake.tables.backfill import BackfillReport, Wanted, backfill, stages_of
from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE, Range

PAGE = Path(__file__).parents[1] / "docs" / "skip-rates.md"
TEN = (*ANALYTICS, *PRECOMPUTE)
SEASON = 2025
TEAMS, OPENING_DAYS, MONTH_DAYS = 12, 44, 30
LATE_SHARE, LATE_DAYS = 0.05, 14
PART = Partition(league="nba", source="espn", season=SEASON)
PROOF_DAYS = 6
SEED = 3


class Correction(NamedTuple):
    """What a source takes back some days after a game."""

    name: str
    meaning: str


CORRECTIONS = (
    Correction("assist", "an assist is taken back, in plays and box"),
    Correction("rebound", "a rebound goes to a team-mate, in the box"),
    Correction("venue", "the venue gets its sponsor's name"),
    Correction("news", "other articles beside the same game"),
)


@dataclass
class Day:
    """What one daily run did.

    Attributes:
        day: the date.
        games: games that were new.
        corrections: what was corrected.
        steps: per table.
        before: dates before this day that were rebuilt, over the ten tables.
        saved: seconds that the skipped dates would have cost.
        seconds: of the run.
        proved: whether it was compared with a build from nothing, with the number of rows compared.
    """

    day: date
    games: int
    corrections: list[str]
    steps: dict[str, StepReport]
    before: int
    saved: float
    seconds: float
    proved: int | None = None

    @property
    def total(self) -> StepReport:
        """The sums over the ten tables."""
        found = StepReport()
        for name in TEN:
            part = self.steps.get(name, StepReport())
            for figure in ("run", "same", "unchanged", "early_cutoff", "removed"):
                setattr(found, figure, getattr(found, figure) + getattr(part, figure))
        return found


@dataclass
class Month:
    """The games of the month, and what is corrected when.

    Attributes:
        games: of the season, by date.
        late: per date of a run the games corrected, and how.
    """

    games: tuple[simulate.Game, ...]
    late: dict[date, list[tuple[simulate.Game, Correction]]] = field(default_factory=dict)

    @classmethod
    def plan(cls) -> Month:
        """A month after six weeks of a season, of whose games a share is corrected within two weeks."""
        games = simulate.season("nba", SEASON, days=OPENING_DAYS + MONTH_DAYS, teams=TEAMS, seed=SEED).games
        choice = random.Random(SEED)
        first = games[0].date + timedelta(days=OPENING_DAYS - LATE_DAYS)
        month = [game for game in games if game.date >= first]
        found = cls(games)
        for number, game in enumerate(choice.sample(month, round(LATE_SHARE * len(month)))):
            when = game.date + timedelta(days=choice.randint(1, LATE_DAYS))
            found.late.setdefault(when, []).append((game, CORRECTIONS[number % len(CORRECTIONS)]))
        return found

    @property
    def days(self) -> list[date]:
        """The dates of the month's runs."""
        first = self.games[0].date + timedelta(days=OPENING_DAYS)
        return [first + timedelta(days=number) for number in range(MONTH_DAYS)]


def corrected(body: bytes, how: Correction) -> bytes:
    """A document of a game after a correction."""
    loaded: dict[str, Any] = msgspec.json.decode(body)
    if how.name == "assist":
        play = next(p for p in loaded["plays"] if p.get("scoringPlay") and len(p.get("participants", ())) == 2)
        passer = play["participants"].pop()["athlete"]["id"]
        _move(loaded, "AST", passer, None)
    elif how.name == "rebound":
        _move(loaded, "DREB", None, None)
    elif how.name == "venue":
        loaded["gameInfo"]["venue"]["fullName"] += " presented by nobody"
    else:
        loaded["news"] = {"header": "another edition", "articles": []}
    return msgspec.json.encode(loaded)


def _move(loaded: dict[str, Any], stat: str, loser: str | None, winner: str | None) -> None:
    """Take one of a statistic from a player, and give it to a team-mate unless it is taken back altogether."""
    for side in loaded["boxscore"]["players"]:
        (table,) = side["statistics"]
        place = table["names"].index(stat)
        lines = [line for line in table["athletes"] if line["stats"]]
        owner = next((x for x in lines if int(x["stats"][place]) > 0 and loser in (None, x["athlete"]["id"])), None)
        if owner is None:
            continue
        owner["stats"][place] = str(int(owner["stats"][place]) - 1)
        if stat == "DREB":
            other = next(x for x in lines if x is not owner)
            other["stats"][place] = str(int(other["stats"][place]) + 1)
            total = table["names"].index("REB")
            owner["stats"][total] = str(int(owner["stats"][total]) - 1)
            other["stats"][total] = str(int(other["stats"][total]) + 1)
        return


def run_month(folder: Path, month: Month) -> list[Day]:
    """Play the month in a lake of a folder."""
    documents = {game.id: game.document(status="scheduled") for game in month.games}
    found = []
    with open_lake(folder / "lake", create=True) as lake:
        opening = [game for game in month.games if game.date < month.days[0]]
        _take(lake, folder, [(game.id, game.document()) for game in opening], documents)
        _take(lake, folder, [(game.id, documents[game.id]) for game in month.games if game not in opening], documents)
        _run(lake)
        for number, day in enumerate(month.days):
            played = [game for game in month.games if game.date == day]
            late = month.late.get(day, [])
            news = [(game.id, game.document()) for game in played]
            news += [(game.id, corrected(documents[game.id], how)) for game, how in late if game.date < day]
            _take(lake, folder, news, documents)
            report = _run(lake)
            steps = {name: part for run in report.runs for name, part in run.steps.items()}
            entry = Day(
                day,
                len(played),
                [how.name for _, how in late],
                steps,
                _rebuilt_before(lake, day, {run.run_id for run in report.runs}),
                report.saved,
                sum(run.seconds for run in report.runs),
            )
            if number % PROOF_DAYS == PROOF_DAYS - 1:
                entry.proved = prove(lake, folder / f"full-{number}")
            found.append(entry)
    return found


def _take(lake: Lakehouse, folder: Path, bodies: Sequence[tuple[str, bytes]], documents: dict[str, bytes]) -> None:
    """Take documents in, as a collector would."""
    if not bodies:
        return
    with tempfile.TemporaryDirectory(dir=folder) as inbox:
        for game, body in bodies:
            documents[game] = body
            (Path(inbox) / f"{game}.summary.json").write_bytes(body)
        lake.ingest_files([inbox], jobs=1)


def _run(lake: Lakehouse) -> BackfillReport:
    report = backfill(lake, Wanted(stages=stages_of("all", ()), chosen=Range()), jobs=1)
    if report.exit_code:
        raise SystemExit(f"a run ended with {report.exit_code}: {report.gated[:3]}")
    return report


def _rebuilt_before(lake: Lakehouse, day: date, runs: set[str]) -> int:
    """How many dates before a day some runs rebuilt."""
    facts = [fact for table in TEN for fact in lake.ledger.units(table, str(PART))]
    return sum(fact.run_id in runs and fact.date < day.isoformat() for fact in facts)


def prove(lake: Lakehouse, folder: Path) -> int:
    """Build the same documents from nothing and compare every row of the ten tables by key and hash.

    Returns:
        How many rows were compared.

    Raises:
        SystemExit: a row that was skipped is not what a build from nothing makes of it.
    """
    compared = 0
    with open_lake(folder, create=True) as full:
        for meta in lake.store.list("raw"):
            full.store.put(meta.path, lake.store.get(meta.path))
        full.build(*TEN, jobs=1)
        for table in TEN:
            ours, theirs = _hashes(lake, table), _hashes(full, table)
            if ours != theirs:
                raise SystemExit(f"{table}: {len(dict(ours.items() ^ theirs.items()))} rows differ from a full build")
            compared += len(ours)
    return compared


def _hashes(lake: Lakehouse, table: str) -> dict[tuple[Any, ...], str]:
    spec = lake.tables[table]
    rows: pa.Table = read_partition(lake.store, spec, PART, columns=[*spec.key, "data_hash"])
    return {tuple(row[name] for name in spec.key): row["data_hash"] for row in rows.to_pylist()}


def page(days: Sequence[Day], month: Month) -> str:
    """The page about the month."""
    totals = [day.total for day in days]
    considered = sum(t.run + t.unchanged + t.early_cutoff for t in totals)
    run, same = sum(t.run for t in totals), sum(t.same for t in totals)
    proved = [day for day in days if day.proved]
    late = sum(len(day.corrections) for day in days)
    saved, seconds = sum(day.saved for day in days), sum(day.seconds for day in days)
    dates = sorted({game.date for game in month.games})
    past, before = sum(len(TEN) * sum(d < day.day for d in dates) for day in days), sum(day.before for day in days)
    lines = [
        "# What a month of daily runs skips",
        "",
        "Made by `python -m tools.skip_rates`. How it is decided what runs is told in [Reprocessing](reprocessing.md).",
        "",
        f"A simulated NBA season of {TEAMS} teams: {OPENING_DAYS} days are there at once, then {MONTH_DAYS} days come one by",
        f"one, {sum(day.games for day in days)} games in all. Of the games {100 * LATE_SHARE:.0f} % are corrected 1 to "
        f"{LATE_DAYS} days later ({late} corrections): "
        + "; ".join(f"{how.name}: {how.meaning}" for how in CORRECTIONS)
        + ".",
        "",
        f"**The proof.** On {len(proved)} of the days the documents of that day were built from nothing in another lake, and",
        f"all rows of the ten tables compared by key and hash: {sum(day.proved or 0 for day in proved):,} rows, no difference. "
        "So whatever was skipped up",
        "to that day would have come out unchanged.",
        "",
        f"Over the month {considered:,} dates of tables were considered, {run:,} rebuilt ({same:,} of which came out as they "
        "were) and",
        f"{considered - run:,} skipped: a skip rate of {100 * (considered - run) / considered:.1f} %. By what dates cost when "
        "they ran, the skipped ones would",
        f"have taken {saved:.0f} s; the runs took {seconds:.0f} s (in one process, on a machine that did other things as well).",
        "",
        "The schedule is known to the end of the month, and what is known before a game is kept for all days to come: each",
        "result changes that of all later days of the month, which is most of what is rebuilt, and less every day. Of the",
        f"dates before the day of a run, {past:,} were considered and {before:,} rebuilt: a skip rate of "
        f"{100 * (past - before) / past:.2f} %.",
        "",
        "## Day by day",
        "",
        *_table(
            (
                "day", "new games", "corrected", "considered", "rebuilt", "of earlier days", "came out the same",
                "skipped", "skip rate", "proof",
            ),
            (
                (
                    day.day, day.games, ", ".join(day.corrections) or "", t.run + t.unchanged + t.early_cutoff, t.run,
                    day.before, t.same, t.unchanged + t.early_cutoff, _rate(t), f"{day.proved:,} rows" if day.proved else "",
                )
                for day, t in zip(days, totals, strict=True)
            ),
        ),
        "",
        "## By table",
        "",
        *_table(
            ("table", "considered", "rebuilt", "came out the same", "skipped", "of those cut off early", "skip rate"),
            (_by_table(name, days) for name in TEN),
        ),
        "",
        "A table is *cut off early* where something before it was rebuilt and came out the same in what it reads.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _by_table(name: str, days: Sequence[Day]) -> tuple[object, ...]:
    total = StepReport()
    for day in days:
        part = day.steps.get(name, StepReport())
        for figure in ("run", "same", "unchanged", "early_cutoff"):
            setattr(total, figure, getattr(total, figure) + getattr(part, figure))
    skipped = total.unchanged + total.early_cutoff
    return (
        f"`{name.removeprefix('gold.')}`", total.run + skipped, total.run, total.same, skipped, total.early_cutoff,
        _rate(total),
    )  # fmt: skip


def _rate(total: StepReport) -> str:
    skipped = total.unchanged + total.early_cutoff
    return f"{100 * skipped / (skipped + total.run):.1f} %" if skipped + total.run else ""


def _table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    numbers = [f"{value:,}" if isinstance(value, int) else str(value) for row in rows for value in row]
    lines = [numbers[at : at + len(names)] for at in range(0, len(numbers), len(names))]
    return [f"| {' | '.join(cells)} |" for cells in (names, ["---"] * len(names), *lines)]


def main() -> None:
    """Play the month and write the page."""
    month = Month.plan()
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(page(run_month(Path(folder), month), month), "utf-8")


if __name__ == "__main__":
    main()

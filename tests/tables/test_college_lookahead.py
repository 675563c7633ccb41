"""Nothing that happens at or after the tip-off of a college game changes what is told of it as known before."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from hooplake.build.step import WHOLE, Task, UnitInput
from hooplake.lake.contracts import check
from hooplake.lake.parquet import read_partition, write_table
from hooplake.lake.partition import Partition, list_partitions, table_path
from hooplake.lake.store import Store
from hooplake.lakehouse import registry
from hooplake.tables.pipeline import steps

SEASON = 2025
FIRST = datetime(2024, 11, 10, tzinfo=UTC)
TEAMS = ("1", "2", "3", "4", "5")
"""The last of them is not in Division I."""
FEATURES = "gold.game_predictions_features"
MADE = (
    "silver.cbbd_fct_lines", "silver.cbbd_game_lines", "silver.cbbd_fct_team_games", "silver.cbbd_fct_team_asof",
    "silver.cbbd_team_adjusted_efficiencies", "silver.cbbd_team_final_ratings", FEATURES,
)  # fmt: skip
LABELS = {"status", "team_score", "opp_score", "team_win", "team_margin", "team_covered", "went_over"}
PROVIDERS = ("consensus", "ESPN BET", "Bovada", "A")
STEPS = {step.name: step for step in steps()}


@dataclass(frozen=True)
class Telling:
    """A line as a provider told it some days before the game (or after it, if negative)."""

    days_before: int
    provider: str
    spread: float | None
    total: float | None


@dataclass(frozen=True)
class Game:
    """A game of the league; a day is one of UTC, and most games of an evening are of the Eastern day before."""

    number: int
    day: int
    hour: int
    home: str
    away: str
    neutral: bool
    score: tuple[int, int]
    threes: int
    status: str
    boxed: bool
    lines: tuple[Telling, ...]

    @property
    def start(self) -> datetime:
        return FIRST + timedelta(days=self.day, hours=self.hour)

    @property
    def eastern(self) -> date:
        return (self.start - timedelta(hours=5)).date()


tellings = st.builds(
    Telling, st.integers(-2, 3), st.sampled_from(PROVIDERS), st.none() | st.integers(-30, 30).map(float),
    st.none() | st.integers(110, 170).map(float),
)  # fmt: skip
games = st.builds(
    Game,
    number=st.just(0),
    day=st.integers(0, 8),
    hour=st.sampled_from([0, 1, 17, 23]),
    home=st.sampled_from(TEAMS),
    away=st.sampled_from(TEAMS),
    neutral=st.booleans(),
    score=st.tuples(st.integers(45, 105), st.integers(45, 105)),
    threes=st.integers(0, 12),
    status=st.sampled_from(["final", "final", "final", "scheduled", "in_progress", "cancelled"]),
    boxed=st.sampled_from([True, True, False]),
    lines=st.lists(tellings, max_size=4, unique_by=lambda one: (one.days_before, one.provider)).map(tuple),
).filter(lambda one: one.home != one.away)


def league(found: Iterable[Game]) -> list[Game]:
    return [replace(one, number=100 + place) for place, one in enumerate(found)]


class Silver:
    """A lake of one league, its tables written row by row."""

    def __init__(self, folder: Path, played: list[Game]) -> None:
        self.store, self.registry, self.folder = Store.open(folder), registry(), folder
        self.put("silver.cbbd_fct_games", [self._game(one) for one in played])
        self.put("silver.cbbd_fct_game_teams", [row for one in played if one.boxed for row in self._boxes(one)])
        self.put("silver.cbbd_fct_game_periods", [])
        members = [{"team_id": team, "school": f"T{team}", "conference_ambiguous": False} for team in TEAMS]
        self.put("silver.cbbd_dim_team_seasons", members[:-1])
        self.put("silver.cbbd_dim_teams", members, season=None)
        for asof in sorted({self._asof(one, told) for one in played for told in one.lines}):
            told = [(one, line) for one in played for line in one.lines if self._asof(one, line) == asof]
            about = {one.number: {"game_id": f"{one.number}", "start_date": one.start} for one, _ in told}
            self.put("bronze.lines", [*about.values()], asof=asof)
            self.put(
                "bronze.lines_lines",
                [
                    {"game_id": f"{one.number}", "lines_provider": line.provider, "lines_spread": line.spread,
                     "lines_over_under": line.total}
                    for one, line in told
                ],
                asof=asof,
            )  # fmt: skip
        for name in MADE:
            self._make(name)

    @staticmethod
    def _asof(one: Game, told: Telling) -> date:
        return one.start.date() - timedelta(days=told.days_before)

    @staticmethod
    def _game(one: Game) -> dict[str, Any]:
        return {
            "game_id": f"{one.number}", "season_type": "regular", "start_time": one.start, "neutral_site": one.neutral,
            "conference_game": False, "game_type": "STD", "status": one.status, "home_team_id": one.home,
            "away_team_id": one.away, "home_pts": one.score[0], "away_pts": one.score[1], "game_date": one.eastern,
            "is_final": one.status == "final", "minutes": 40,
        }  # fmt: skip

    @staticmethod
    def _boxes(one: Game) -> list[dict[str, Any]]:
        found = []
        for team, pts in zip((one.home, one.away), one.score, strict=True):
            twos, ftm = divmod(pts - 3 * one.threes, 2)
            made, attempts = twos + one.threes, twos + one.threes + 30
            found.append(
                {
                    "game_id": f"{one.number}", "team_id": team, "game_date": one.eastern, "pts": pts, "fg2m": twos,
                    "fg2a": attempts - 20, "fg3m": one.threes, "fg3a": 20, "fgm": made, "fga": attempts, "ftm": ftm,
                    "fta": ftm + 8, "oreb": 8 + one.threes, "dreb": 20, "reb": 28 + one.threes, "tov": 9 + pts % 7,
                }
            )  # fmt: skip
        return found

    def put(
        self, name: str, rows: list[dict[str, Any]], *, asof: date | None = None, season: int | None = SEASON
    ) -> None:
        """Store the rows of a partition; columns that they leave out are NULL."""
        spec = self.registry[name]
        schema = pa.schema([field.with_nullable(True) for field in spec.file_schema])
        self._store(name, pa.Table.from_pylist(rows, schema), asof, season)

    def _store(self, name: str, rows: pa.Table, asof: date | None, season: int | None) -> None:
        spec = self.registry[name]
        values: dict[str, Any] = {"season": season, "asof": asof}
        partition = Partition(**{key: values[key] for key in spec.partition})
        rows = rows.select([column for column in rows.column_names if column not in spec.partition])
        checked = check(spec, rows)
        assert checked.counts == {}, (name, checked.counts)
        path = self.folder / table_path(spec, partition)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_table(spec, checked.rows, path)

    def _make(self, name: str) -> None:
        step, spec = STEPS[name], self.registry[name]
        inputs = {one: tuple(list_partitions(self.store, self.registry[one])) for one in step.inputs}
        part = Partition(season=SEASON) if spec.partition else Partition()
        task = Task(self.store, self.registry, part, {WHOLE: UnitInput("", ())}, inputs, step.outputs, step.parameters)
        self._store(name, step.compute(task).tables[name], None, SEASON)

    def rows(self, number: int) -> list[dict[str, Any]]:
        """What is told of a game as known before it."""
        found = read_partition(self.store, self.registry[FEATURES], Partition(season=SEASON)).to_pylist()
        mine = [row for row in found if row["game_id"] == f"{number}"]
        return [{name: value for name, value in row.items() if name not in LABELS} for row in mine]


def after(one: Game, tip: datetime, draw: random.Random) -> Game:
    """The same game in another course of events from a moment on."""
    late = tuple(
        replace(told, spread=draw.choice([None, -25.0, 3.0]), total=draw.choice([None, 111.0, 169.0]))
        if one.start - timedelta(days=told.days_before) > tip or told.days_before <= 0
        else told
        for told in one.lines
    )
    if one.start < tip:
        return one
    changed = replace(
        one, score=(draw.randrange(45, 105), draw.randrange(45, 105)), threes=draw.randrange(13),
        boxed=draw.random() < 0.5, lines=late,
    )  # fmt: skip
    if one.start == tip:
        return replace(changed, status="final" if one.status == "scheduled" else one.status)
    return replace(changed, status=draw.choice(["final", "scheduled"]), neutral=draw.random() < 0.5)


@settings(max_examples=settings().max_examples // 12)  # an example builds fourteen tables
@given(st.lists(games, min_size=3, max_size=14), st.integers(0, 13), st.lists(games, max_size=3), st.integers(0, 999))
def test_nothing_from_the_tip_off_on_changes_what_is_known_before(
    drawn: list[Game], which: int, more: list[Game], seed: int
) -> None:
    played = league(drawn)
    chosen = played[which % len(played)]
    draw = random.Random(seed)
    changed = [after(one, chosen.start, draw) for one in played]
    new = [replace(one, number=200 + place) for place, one in enumerate(more) if one.start >= chosen.start]
    told = {one.provider for one in chosen.lines if one.days_before <= 0}
    with TemporaryDirectory() as folder:
        one = Silver(Path(folder) / "one", played)
        two = Silver(Path(folder) / "two", [*changed, *new])
        before, now = one.rows(chosen.number), two.rows(chosen.number)
    lines = {"spread", "over_under", "spread_provider", "over_under_provider", "spread_is_pickem", "line_after_tip"}
    assert len(before) == len(now) == (0 if chosen.status == "cancelled" else 2)
    for row, other in zip(before, now, strict=True):
        for name in row.keys() - lines:
            assert row[name] == other[name], name
        # a line that was told late is in the row only where none was told before, and then the row says so
        for field in ("spread", "over_under"):
            if not (row["line_after_tip"] or other["line_after_tip"]):
                assert row[field] == other[field]
                assert row[f"{field}_provider"] == other[f"{field}_provider"]
            if row[f"{field}_provider"] != other[f"{field}_provider"]:
                assert {row[f"{field}_provider"], other[f"{field}_provider"]} - {None} <= told


def test_the_league_of_the_property_has_rows_that_tell_something() -> None:
    """What the property compares is not all NULL, and a change before the tip-off does change it."""
    pairs = [(TEAMS[i], TEAMS[(i + 1 + day) % 4]) for day in range(3) for i in range(4) if (i + 1 + day) % 4 != i]
    line = Telling(1, "ESPN BET", -4.0, 140.0)
    played = league(
        Game(0, place // 2, 17, home, away, False, (80 + place, 70), 6, "final", True, (line,))
        for place, (home, away) in enumerate(pairs)
    )
    last = played[-1]
    earlier = [replace(one, score=(one.score[0] - 9, one.score[1])) if one is played[0] else one for one in played]
    with TemporaryDirectory() as folder:
        rows = [Silver(Path(folder) / name, found).rows(last.number) for name, found in (("a", played), ("b", earlier))]
    home = next(row for row in rows[0] if row["is_home"])
    known = {"team_ppg", "team_pace", "team_efg_pct", "team_tov_ratio", "team_games_before", "spread", "over_under"}
    assert all(home[name] is not None for name in known | {"team_adj_net", "opp_adj_net", "team_srs"})
    assert home["features_through"] < last.eastern
    assert rows[0] != rows[1]

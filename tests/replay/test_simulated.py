"""The replay of simulated games equals what happened in them: every line, lineup, second and score."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from hooplake import simulate
from hooplake.games.espn.decode import decode
from hooplake.games.espn.read import Fetch, read_game
from hooplake.games.silver import silver_tables
from hooplake.lakehouse import registry
from hooplake.replay.replay import INPUT_TABLES, replay
from hooplake.simulate import CELLS, STATS, Expected

DIALECTS = (
    ("nba", 2025),
    ("nba", 2026),
    ("wnba", 2025),
    ("mbb", 2009),
    ("mbb", 2013),
    ("mbb", 2026),
    ("wbb", 2023),
    ("wbb", 2026),
)
SUBSTITUTIONS = tuple(one for one in DIALECTS if one[0] in ("nba", "wnba") or one[1] == 2026)
KINDS = {"summary": ("summary",), "gamepackage": ("gamepackage",), "pages": ("page", "page_plays")}
GAMES = 5


@cache
def games(league: str, season: int, silent: float = 0.0) -> tuple[simulate.Game, ...]:
    return simulate.season(league, season, days=10, teams=8, seed=6, silent=silent).games[:GAMES]


@dataclass
class Side:
    """The replay of some simulated games, by game."""

    games: tuple[simulate.Game, ...]
    tables: dict[str, dict[str, list[dict[str, Any]]]]

    def rows(self, table: str, game: simulate.Game) -> list[dict[str, Any]]:
        return self.tables[table].get(game.id, [])

    def lines(self, game: simulate.Game, period: int | None = None) -> dict[str, list[int | None]]:
        """The cells of every player, over the game or of one period; None where the replay does not know."""
        home = {row["player_id"]: row["team_id"] == game.home.id for row in self.rows("quarter_box_scores", game)}
        unknown = self.unknown(game)
        found: dict[str, list[int | None]] = {}
        for row in self.rows("quarter_box_scores", game):
            if period is not None and row["period"] != period:
                continue
            known = row["seconds"] is not None and (period is not None or home[row["player_id"]] not in unknown)
            cells = (
                [*(row[stat] for stat in STATS), round(row["seconds"] * 10), row["plus_minus"]]
                if known
                else ([*(row[stat] for stat in STATS), None, None])
            )
            before = found.get(row["player_id"], [0] * len(CELLS))
            found[row["player_id"]] = [
                None if a is None or b is None else a + b for a, b in zip(before, cells, strict=True)
            ]
        return found

    def unknown(self, game: simulate.Game) -> set[bool]:
        """Sides (home is True) of which some five is not known."""
        states = self.rows("game_state_snapshots", game)
        return {
            home for home, name in ((True, "home"), (False, "away")) if any(s[f"{name}_lineup"] is None for s in states)
        }


def play(
    league: str,
    some: tuple[simulate.Game, ...],
    kind: str = "summary",
    status: str = "final",
    traps: tuple[str, ...] = (),
) -> Side:
    """Read and replay the documents of some games, all in one chunk."""
    read = []
    for game in some:
        bodies = [game.document(one, status, traps=traps) for one in KINDS[kind]]
        fetches = [Fetch(f"{n}", n, decode(body)) for n, body in enumerate(bodies, 1)]
        read.append(read_game(fetches, league=league, season=game.league.season, game_date=game.date))
    silver = silver_tables(read, registry())
    inputs = {name: silver.get(name, registry()[name].file_schema.empty_table()) for name in INPUT_TABLES}
    tables: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name, table in replay(inputs, registry(), league=league).items():
        by_game = tables[name.partition(".")[2]] = defaultdict(list)
        for row in table.to_pylist():
            by_game[row["game_id"]].append(row)
    return Side(some, tables)


@cache
def played(league: str, season: int, kind: str = "summary") -> Side:
    return play(league, games(league, season), kind)


def wrong(expected: Expected, found: dict[str, list[int | None]], *, known: bool = True) -> list[tuple[Any, ...]]:
    """Cells that differ from what a right reader makes of the document.

    Args:
        expected: what that is; a cell of which the rows do not tell may be anything.
        found: the replay.
        known: a cell that the rows tell must be known; else it may be unknown, but only time and plus-minus.
    """
    nothing: list[int | None] = [*[0] * len(STATS), *[0 if known else None] * 2]
    bad: list[tuple[Any, ...]] = [(player, "nobody") for player in found if player not in expected.replayed]
    for player, cells in expected.replayed.items():
        for name, cell, ours in zip(CELLS, cells, found.get(player, nothing), strict=True):
            if cell is not None and ours != cell and (known or ours is not None or name in STATS):
                bad.append((player, name, cell, ours))
    return bad


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("league", "season"), DIALECTS)
def test_final_lines_minutes_and_plus_minus(league: str, season: int, kind: str) -> None:
    side = played(league, season, kind)
    for game in side.games:
        expected = game.expected(KINDS[kind][-1])
        assert wrong(expected, side.lines(game)) == []
        (verdict,) = side.rows("box_score_verification", game)
        assert (verdict["quality_grade"], verdict["final_score_match"], verdict["period_scores_match"]) == (
            "A",
            True,
            True,
        )
        assert verdict["cells_equal"] == verdict["cells_compared"] > 250
        assert verdict["minutes_equal"] == verdict["minutes_compared"]
        assert verdict["plus_minus_equal"] == verdict["plus_minus_compared"]
        assert side.rows("box_score_differences", game) == []
        told = (league, season) in SUBSTITUTIONS
        assert verdict["lineup_status"] == ("complete" if told else "absent")
        assert (verdict["minutes_compared"] >= 10) == told
        assert (verdict["plus_minus_compared"] >= 10) == (league in ("nba", "wnba"))


@pytest.mark.parametrize(("league", "season"), DIALECTS)
def test_lines_of_every_period(league: str, season: int) -> None:
    side = played(league, season)
    for game in side.games:
        truth = game.truth
        for period in truth.periods:
            found = side.lines(game, period.number)
            lines = truth.period_lines(period.number)
            told = (league, season) in SUBSTITUTIONS
            for player, line in lines.items():
                stats = list(line.stats)
                if told:
                    assert found[player] == [*stats, line.tenths, line.plus_minus]
                else:
                    assert found.get(player, [0] * 15)[:15] == stats
            assert found.keys() <= lines.keys()


@pytest.mark.parametrize(("league", "season"), DIALECTS)
def test_the_score_after_every_event_and_the_line_score(league: str, season: int) -> None:
    side = played(league, season)
    for game in side.games:
        truth, states = game.truth, side.rows("game_state_snapshots", game)
        sources = game.expected().sources
        assert len(states) == len(sources)
        for state, event in zip(states, sources, strict=True):
            if event >= 0:
                assert (state["home_score"], state["away_score"]) == truth.score_at(event)
        for place, name in enumerate(("home", "away")):
            points: dict[int, int] = defaultdict(int)
            for state in states:
                points[state["period"]] += state[f"{name}_points"]
            assert tuple(points[p.number] for p in truth.periods) == truth.line_score[place]


@pytest.mark.parametrize(("league", "season"), SUBSTITUTIONS)
def test_starters_of_every_period(league: str, season: int) -> None:
    side = played(league, season)
    for game in side.games:
        truth = game.truth
        stints = side.rows("player_stints", game)
        for period in truth.periods:
            began = {row["player_id"] for row in stints if row["period"] == period.number and row["starts_period"]}
            assert began == {truth.players[place].id for five in period.opening for place in five}


@pytest.mark.parametrize(("league", "season"), SUBSTITUTIONS)
def test_lineups_at_every_event(league: str, season: int) -> None:
    side = played(league, season)
    for game in side.games:
        truth, states = game.truth, side.rows("game_state_snapshots", game)
        sources = game.expected().sources
        for place, (state, event) in enumerate(zip(states, sources, strict=True)):
            later = states[place + 1] if place + 1 < len(states) else None
            if event < 0 or (
                # college rows name one man each: five are on court behind the last row of a clock
                league in ("mbb", "wbb")
                and later is not None
                and (later["period"], later["clock_seconds"]) == (state["period"], state["clock_seconds"])
            ):
                continue
            for five, name in zip(truth.on_court(event), ("home", "away"), strict=True):
                assert set(state[f"{name}_lineup"].split("-")) == five


@pytest.mark.parametrize("league", ["nba", "wnba", "mbb"])
def test_men_without_a_trace_are_found_or_said_to_be_unknown(league: str) -> None:
    some = games(league, 2026, 0.1 if league != "mbb" else 0.4)
    side = play(league, some)
    null = 0
    for game in some:
        lines = {player: (*line.stats, line.tenths, line.plus_minus) for player, line in game.truth.lines.items()}
        found = side.lines(game)
        for player, cells in lines.items():
            for ours, cell in zip(found.get(player, [0] * len(CELLS)), cells, strict=True):
                assert ours is None or ours == cell
                null += ours is None
        (verdict,) = side.rows("box_score_verification", game)
        assert (verdict["lineup_status"] == "incomplete") == bool(side.unknown(game))
        assert (verdict["lineup_status"] == "incomplete") == bool(verdict["notes"])
        assert verdict["minutes_equal"] == verdict["minutes_compared"]
    assert any(period.untraced for game in some for period in game.truth.periods)
    # nearly all of them are found
    assert null < len(some) * 20


@pytest.mark.parametrize(("league", "season"), SUBSTITUTIONS)
def test_live_games_are_right_as_far_as_they_are_known(league: str, season: int) -> None:
    side = play(league, games(league, season), status="in_progress")
    for game in side.games:
        # what happened behind the last row is not told
        stats, tenths, plus, seen = game.truth.at(max(game.expected(status="in_progress").sources))
        lines = {p.id: [*stats[n], tenths[n], plus[n]] for n, p in enumerate(game.truth.players) if seen[n]}
        found = side.lines(game)
        assert found.keys() <= lines.keys()
        for player, line in lines.items():
            ours = found.get(player, [0] * len(CELLS))
            assert ours[:15] == line[:15]
            assert ours[15:] in (line[15:], [None, None])
        (verdict,) = side.rows("box_score_verification", game)
        assert verdict["quality_grade"] is None


TRAPPED = [
    (name, league, season)
    for name, trap in simulate.TRAPS.items()
    for league, season, dialect in (
        ("nba", 2025, "pro"),
        ("nba", 2026, "pro"),
        ("mbb", 2009, "2009"),
        ("mbb", 2026, "2026"),
        ("wbb", 2023, "2023"),
    )
    if dialect in trap.dialects
]


@pytest.mark.parametrize(("name", "league", "season"), TRAPPED)
def test_traps(name: str, league: str, season: int) -> None:
    status = "final" if "final" in simulate.TRAPS[name].statuses else "in_progress"
    for kind, count in (("summary", 2), ("pages", 1)):
        some = games(league, season)[:count]
        side = play(league, some, kind, status, (name,))
        for game in some:
            expected = game.expected(KINDS[kind][-1], status, traps=(name,))
            if name not in expected.sprung:
                continue
            known = status == "final" and not (name == "T42" and kind == "pages")
            assert wrong(expected, side.lines(game), known=known) == []
            for row in side.rows("box_score_differences", game):
                cause = expected.causes.get((row["entity_id"], row["stat"]))
                # pages have no sequence numbers; a name of two team-mates is lost to both
                if row["scope"] == "player" and cause is not None and (kind == "summary" or name not in ("T15", "T42")):
                    assert row["cause"] == cause
                assert row["cause"] != "unexplained"


def test_t39_a_scheduled_document_beside_a_final_one_changes_nothing() -> None:
    game = games("nba", 2025)[0]
    fetches = [
        Fetch(s, n, decode(game.document(status=s))) for n, s in enumerate(("scheduled", "final", "scheduled"), 1)
    ]
    alone = read_game(fetches[1:2], league="nba", season=2025, game_date=game.date)
    together = read_game(fetches, league="nba", season=2025, game_date=game.date)
    one, other = (silver_tables([g], registry()) for g in (alone, together))
    for name in one.keys() - {"silver.fct_game_documents"}:
        assert one[name] == other[name]


def test_t43_the_same_bytes_twice_and_in_other_company() -> None:
    some = games("nba", 2025)[:3]
    both, again = play("nba", some), play("nba", some)
    assert both.tables == again.tables
    (one,) = some[1:2]
    alone = play("nba", (one,))
    for name, rows in alone.tables.items():
        assert rows[one.id] == both.tables[name][one.id]

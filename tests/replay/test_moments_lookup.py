"""Finding a game in a lake, players and teams in a game, and answers as tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import hooplake
from hooplake.errors import ConfigError, HooplakeError, UnknownGame
from hooplake.lake.partition import Partition, table_path
from hooplake.lake.store import Store
from hooplake.lakehouse import registry
from hooplake.replay.moments import lookup
from hooplake.replay.moments.accounts import Lineup, Run
from hooplake.replay.moments.names import Player, Team, find_player, find_team
from hooplake.replay.moments.rows import Rows
from tests.replay.lakes import read_simulated, simulated, tables_of, write_lake, write_tables

GAMES = [read_simulated(simulated("nba", 2025, 5, number)) for number in (0, 1)]
FIRST, SECOND = (game.game_id for game in GAMES)
NBA = Partition(league="nba", source="espn", season=2025)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[hooplake.Lakehouse]:
    write_lake(tmp_path / "lake", GAMES)
    with hooplake.open(tmp_path / "lake") as lake:
        yield lake


def test_a_game_is_found_by_its_id_alone_and_with_what_else_is_known(lake: hooplake.Lakehouse) -> None:
    alone = lake.game(FIRST)
    known = lake.game(FIRST, league="nba", season=2025, source="espn")
    assert alone.game_date == known.game_date == simulated("nba", 2025, 5, 0).date
    assert alone.score_at("end") == known.score_at("end") == lake.game(FIRST, season=2025).score_at("end")


@pytest.mark.parametrize("hints", [{}, {"season": 2025}, {"league": "nba", "season": 2025, "source": "espn"}])
def test_an_unknown_game_names_the_lake(lake: hooplake.Lakehouse, hints: dict[str, str | int]) -> None:
    with pytest.raises(UnknownGame, match=r"no game 'x'.* in .*lake") as caught:
        lake.game("x", **hints)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("slip", [FIRST[1:], FIRST + "7", FIRST[:-2] + FIRST[-1] + FIRST[-2], FIRST[:-1] + "9"])
def test_an_unknown_game_names_ids_that_are_like_it(lake: hooplake.Lakehouse, slip: str) -> None:
    with pytest.raises(UnknownGame, match=f"no game '{slip}' .*: did you mean .*{FIRST}"):
        lake.game(slip)


def test_an_id_that_lost_its_zeros_is_recognised(lake: hooplake.Lakehouse) -> None:
    game = read_simulated(simulated("nba", 2025, 5, 0))
    game.game_id = "0021500036"
    write_tables(lake.store, Partition(league="nba", source="official", season=2016), tables_of([game]))
    with pytest.raises(UnknownGame, match=r"did you mean 0021500036\?"):
        lake.game("21500036")


def test_a_game_that_is_elsewhere_says_where(lake: hooplake.Lakehouse) -> None:
    with pytest.raises(UnknownGame, match="is in league=nba/source=espn/season=2025, not in season=1999"):
        lake.game(FIRST, season=1999)


def test_a_lake_without_games(tmp_path: Path) -> None:
    with hooplake.open(tmp_path / "empty", create=True) as lake, pytest.raises(UnknownGame, match="holds no games yet"):
        lake.game("401705050")


def test_an_id_of_two_leagues_needs_a_hint(lake: hooplake.Lakehouse) -> None:
    write_tables(lake.store, Partition(league="wnba", source="espn", season=2025), tables_of(GAMES[:1]))
    with pytest.raises(ConfigError, match=r"several games have the id .*league=nba/.*, league=wnba/"):
        lake.game(FIRST)
    assert lake.game(FIRST, league="wnba").summary().league == "wnba"


def test_games_that_come_and_go_are_seen(lake: hooplake.Lakehouse) -> None:
    assert lake.game(SECOND).game_id == SECOND
    write_tables(lake.store, NBA, tables_of(GAMES[:1]))
    with pytest.raises(UnknownGame):
        lake.game(SECOND)
    assert lake.game(FIRST).game_id == FIRST
    write_tables(lake.store, Partition(league="nba", source="espn", season=2026), tables_of(GAMES[1:]))
    assert lake.game(SECOND).summary().season == 2026


def test_ids_are_read_once(lake: hooplake.Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.game(FIRST)
    monkeypatch.setattr(lookup, "list_partitions", lambda *_: pytest.fail("looked up again"))
    assert lake.game(SECOND).score_at("end").home_score > 0


def test_a_game_that_was_not_replayed_says_so(lake: hooplake.Lakehouse) -> None:
    lake.store.delete(table_path(registry()["gold.game_state_snapshots"], NBA))
    game = lake.game(FIRST)
    assert game.home.abbr
    with pytest.raises(HooplakeError, match=f"game {FIRST} was not replayed yet: run 'hooplake build'"):
        game.score_at("half")


def test_a_game_without_plays_says_so(tmp_path: Path) -> None:
    scheduled = read_simulated(simulated("nba", 2025, 5, 0), status="scheduled")
    with hooplake.open(write_lake(tmp_path / "lake", [scheduled])) as lake:
        game = lake.game(FIRST)
        with pytest.raises(ConfigError, match=r"\(scheduled\) has no plays"):
            game.score_at("half")
        assert game.verify() is None
        summary = game.summary()
        assert (summary.status, summary.events, summary.lead_changes, len(summary.line_score)) == (
            "scheduled",
            0,
            None,
            0,
        )


# -- players and teams

PLAYERS = [
    Player(player_id="1", player="Luka Dončić"),
    Player(player_id="2", player="Tre Jones"),
    Player(player_id="3", player="Herbert Jones"),
    Player(player_id="4", player="De'Aaron Fox"),
    Player(player_id="5", player="Shai Gilgeous-Alexander"),
    Player(player_id="6", player="Jones"),
    Player(player_id="7"),
]


@pytest.mark.parametrize(
    ("text", "player_id"),
    [
        ("1", "1"),
        ("Luka Doncic", "1"),
        ("doncic", "1"),
        ("DONČIĆ", "1"),
        ("tre jones", "2"),
        ("deaaron", "4"),
        ("Gilgeous Alexander", "5"),
        ("gilgeous", "5"),
        ("Jones", "6"),
        ("7", "7"),
        ("Herb", "3"),
    ],
)
def test_players_by_the_names_that_people_use(text: str, player_id: str) -> None:
    assert find_player(PLAYERS, text).player_id == player_id


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("e", "'e' may be Tre Jones .2., Herbert Jones .3."),
        ("Donkic", "no player 'Donkic' in this game: did you mean Luka Dončić"),
        ("zzzz", "no player 'zzzz' in this game$"),
        ("", "no player '' in this game"),
    ],
)
def test_names_that_are_nobodys_or_several_peoples(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        find_player(PLAYERS, text)


@pytest.mark.parametrize("text", ["home", "24", "SA", "sa", "san antonio spurs"])
def test_teams_by_the_names_that_people_use(text: str) -> None:
    home = Team(team_id="24", abbr="SA", team="San Antonio Spurs", home=True)
    away = Team(team_id="7", abbr="DEN", team="Denver Nuggets", home=False)
    assert find_team(text, home, away) is home
    with pytest.raises(ConfigError, match=r"'LAL' does not play in this game: give home .SA. or away .DEN."):
        find_team("LAL", home, away)


# -- answers as tables


class Facts(msgspec.Struct, frozen=True):
    name: str
    number: int | None
    share: float
    yes: bool
    day: date
    time: datetime | None
    names: tuple[str, ...]


def test_rows_become_tables_of_declared_types() -> None:
    row = Facts("a", 1, 0.5, True, date(2025, 1, 4), None, ("x", "y"))
    expected = pa.schema(
        [
            ("name", pa.string()),
            ("number", pa.int32()),
            ("share", pa.float64()),
            ("yes", pa.bool_()),
            ("day", pa.date32()),
            ("time", pa.timestamp("us", tz="UTC")),
            ("names", pa.list_(pa.string())),
        ]
    )
    for rows in (Rows(Facts, [row]), Rows(Facts, [])):
        assert rows.to_arrow().schema == expected
        assert rows.to_arrow().num_rows == len(rows)
    assert Rows(Facts, [row]).to_arrow().to_pylist() == [msgspec.structs.asdict(row) | {"names": ["x", "y"]}]


def test_answers_become_data_frames(lake: hooplake.Lakehouse) -> None:
    lines = lake.game(FIRST).box_at("half").lines
    frame, panda = lines.to_polars(), lines.to_pandas()
    assert isinstance(frame, pl.DataFrame)
    assert isinstance(panda, pd.DataFrame)
    assert frame["points"].sum() == panda["points"].sum() == sum(line.points for line in lines)
    assert list(panda.columns) == frame.columns == lines.to_arrow().column_names
    assert lake.game(FIRST).runs(1000).to_polars().shape == (0, len(Run.__struct_fields__))
    assert lake.game(FIRST).lineups().to_polars()["player_ids"].list.len().unique().to_list() == [5]


def test_a_missing_library_is_named(lake: hooplake.Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = lake.game(FIRST).runs()
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(ConfigError, match=r"pip install 'hooplake\[polars\]'"):
        rows.to_polars()
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(ConfigError, match=r"pip install 'hooplake\[pandas\]'"):
        rows.to_pandas()


def test_rows_are_a_sequence_that_cannot_be_changed(lake: hooplake.Lakehouse) -> None:
    lineups = lake.game(FIRST).lineups()
    assert lineups[0] in lineups
    assert lineups[:2] == Rows(Lineup, [lineups[0], lineups[1]])
    assert hash(lineups[:2]) == hash(lineups[:2])
    assert lineups != list(lineups)
    assert repr(lineups[:1]).startswith("1 x Lineup:\n  Lineup(side='home'")
    assert repr(lineups).endswith(f"... {len(lineups) - 10} more")
    assert repr(lineups[:0]) == "0 x Lineup"
    with pytest.raises(AttributeError):
        lineups[0].seconds = 1.0  # type: ignore[misc]


def test_a_game_outlives_the_lake_it_came_from(tmp_path: Path) -> None:
    with hooplake.open(write_lake(tmp_path / "lake", GAMES)) as lake:
        game = lake.game(FIRST)
    assert game.score_at("start").home_score == 0
    assert Store.open(tmp_path / "lake").is_local

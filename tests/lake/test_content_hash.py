"""Row, content and projection hashes of a table of real data: published vectors."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from hooplake.lake.partition import Partition
from hooplake.lake.rowhash import content_hash, projection_hash, row_hashes, row_text
from tests.lake.conftest import sha, spec_of

GOLDEN_TEXT = (
    "hl1;team_offense_game_summary;1|league='nba|season=2016|season_type='regular|game_date=2015-10-27"
    "|game_id='0021500002|team_id='1610612741|team_abbr='CHI|opponent_team_id='1610612739|opponent_team_abbr='CLE"
    "|home_game=T|neutral_site=F|points_scored=97|fg_makes=37|fg_attempts=87|three_pt_makes=7|three_pt_attempts=19"
    "|ft_makes=16|ft_attempts=23|offensive_rebounds=7|defensive_rebounds=40|rebounds=47|assists=13|steals=6|blocks=10"
    "|turnovers=13|team_turnovers=0|personal_fouls=22|team_paint_attempts=32|team_paint_makes=16"
    "|team_mid_range_attempts=36|team_mid_range_makes=14|team_three_attempts=19|team_three_makes=7"
    "|points_in_paint_scored=~|second_chance_points_scored=13|fast_break_points_scored=~|possessions=103.1"
    "|possessions_counted=98|offensive_rating=94.07|pace=102.3|ts_pct=0.499|efg_pct=0.466|ft_rate=0.264"
    "|overtime_periods=0|game_minutes=48.0|win_flag=T|margin_of_victory=2|players_inactive=~|starters_inactive=~"
    "|referee_crew_id=~|missing=['fast_break:NO_SOURCE,'inactives:NO_SOURCE,'officials:NO_SOURCE,'paint_points:NO_SOURCE]"
)
GOLDEN_TEXTS = "league season_type game_id team_id team_abbr opponent_team_id opponent_team_abbr referee_crew_id"
GOLDEN_DECIMALS = {
    "possessions": 1,
    "offensive_rating": 2,
    "pace": 1,
    "ts_pct": 3,
    "efg_pct": 3,
    "ft_rate": 3,
    "game_minutes": 1,
}


def golden_type(name: str) -> str:
    if name in GOLDEN_TEXTS.split():
        return "text"
    if name in GOLDEN_DECIMALS:
        return f"decimal(6,{GOLDEN_DECIMALS[name]})"
    special = {"game_date": "date", "missing": "list(text)"}
    return special.get(name, "bool" if name in ("home_game", "neutral_site", "win_flag") else "int16")


def golden_value(kind: str, text: str) -> Any:
    if text == "~":
        return None
    if kind == "list(text)":
        return [part[1:] for part in text[1:-1].split(",")]
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "bool":
        return text == "T"
    return text[1:] if kind == "text" else int(text) if kind == "int16" else float(text)


GOLDEN_TYPES = {part.split("=")[0]: golden_type(part.split("=")[0]) for part in GOLDEN_TEXT.split("|")[1:]}
GOLDEN = spec_of(
    "team_offense_game_summary", GOLDEN_TYPES, ["game_id", "team_id"], ["league", "game_date"], ("missing",)
)
CHICAGO = {
    name: golden_value(GOLDEN_TYPES[name], text)
    for name, _, text in (part.partition("=") for part in GOLDEN_TEXT.split("|")[1:])
}
OCTOBER_27 = Partition(league="nba", game_date=date(2015, 10, 27))
CLEVELAND_HASH = "3708a980d0781192"


def golden_table(**chicago: Any) -> pa.Table:
    # of Cleveland's row only what the content and projection hashes need is given
    cleveland = {**CHICAGO, "team_id": "1610612739", "margin_of_victory": -2}
    return pa.Table.from_pylist([{**CHICAGO, **chicago}, cleveland], GOLDEN.schema)


def test_the_golden_row_of_real_data() -> None:
    assert row_text(GOLDEN, CHICAGO) == GOLDEN_TEXT
    assert sha(GOLDEN_TEXT)[:16] == "2d9eab90906b3bee"
    assert row_hashes(GOLDEN, golden_table()).to_pylist()[0] == "2d9eab90906b3bee"
    assert row_hashes(GOLDEN, golden_table(assists=14)).to_pylist()[0] == "94817105ea55b6df"


def test_content_hash_of_real_data() -> None:
    for assists, row, content in (
        (13, "2d9eab90906b3bee", "cbcf6dfe841fc47150b7356264ad4054"),
        (14, "94817105ea55b6df", "a76b567d75dcf650c6669f4f842cfc2f"),
    ):
        hashes = pa.chunked_array([[row, CLEVELAND_HASH]])
        assert content_hash(GOLDEN, golden_table(assists=assists), OCTOBER_27, hashes) == content


def test_projection_hash_of_real_data() -> None:
    columns = ["game_id", "team_id", "margin_of_victory"]
    for assists in (13, 14):
        projection = projection_hash(GOLDEN, golden_table(assists=assists), OCTOBER_27, columns)
        assert projection == "ddffc75aeb45d271718fd9dfa6917060"
    other = projection_hash(GOLDEN, golden_table(margin_of_victory=3), OCTOBER_27, columns)
    assert other != "ddffc75aeb45d271718fd9dfa6917060"


def test_content_hash_counts_rows_and_keys_and_not_their_order() -> None:
    table = golden_table()
    content = content_hash(GOLDEN, table, OCTOBER_27)
    assert content_hash(GOLDEN, table.take([1, 0]), OCTOBER_27) == content
    assert content_hash(GOLDEN, table, OCTOBER_27, row_hashes(GOLDEN, table)) == content
    assert content_hash(GOLDEN, pa.concat_tables([table, table]), OCTOBER_27) != content
    swapped = table.set_column(5, "team_id", pa.array(["1610612739", "1610612741"]))
    assert content_hash(GOLDEN, swapped, OCTOBER_27, row_hashes(GOLDEN, table)) != content
    header = "hl1p;team_offense_game_summary;1;league=nba/game_date=2015-10-27;rows=0\n"
    assert content_hash(GOLDEN, table.slice(0, 0), OCTOBER_27) == sha(header)[:32]

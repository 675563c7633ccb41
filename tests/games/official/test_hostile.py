"""Whatever the cells of a feed hold: rows come out that the tables take, and the replay goes through them."""

from __future__ import annotations

from random import Random
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from hooplake.games.official.feed import PLAY_COLUMNS
from hooplake.games.official.read import silver_tables
from hooplake.lake.contracts import check
from hooplake.lakehouse import registry
from hooplake.replay.replay import INPUT_TABLES, replay
from tests.games.official.feeds import both_teams, opening, row, table

_GAME: list[dict[str, Any]] = [
    *opening(),
    *both_teams(),
    row(4, clock="11:28", p1="h2", home="Two REBOUND (Off:0 Def:1)"),
    row(1, 1, clock="11:10", p1="h1", p2="h2", home="One 20' Jump Shot (2 PTS) (Two 1 AST)", score="0 - 2"),
    row(6, 2, clock="10:50", p1="h3", p2="a1", home="Three S.FOUL (P1.T1)"),
    row(3, 11, clock="10:50", p1="a1", away="Uno Free Throw 1 of 2 (1 PTS)", score="1 - 2"),
    row(3, 12, clock="10:50", p1="a1", away="MISS Uno Free Throw 2 of 2"),
    row(8, clock="10:50", p1="h4", p2="h6", home="SUB: Six FOR Four"),
    row(5, 1, clock="10:30", p1="a2", p2="h1", away="Due Bad Pass Turnover (P1.T1)", home="One STEAL (1 STL)"),
    row(9, 1, clock="10:00", p1="H", home="CELTICS Timeout: Regular (Full 1 Short 0)"),
    row(10, clock="9:50", p1="h1", p2="a1", p3="a2", home="Jump Ball One vs. Uno: Tip to Due"),
    row(13, clock="0:00", score="1 - 2"),
    *opening(2),
    row(8, period=2, clock="9:00", p1="a3", p2="a7", away="SUB: Sette FOR Tre"),
    row(13, period=2, clock="0:00", score="1 - 2"),
]
_ODD = (
    None, "", " ", "nan", "None", "abc", "-1", "0", "4.0", "7", "12", "25", "3.5", "1e400", "99999999999999999999",
    "5:00", "-3:00", "99:99", "2 - 4", "x - y", "1610612738", "\u00e9\x00", "1 of 2",
)  # fmt: skip


@given(seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_no_cell_does_harm(seed: int) -> None:
    random = Random(seed)
    rows = [dict(each) for each in _GAME]
    for _ in range(random.randint(1, 30)):
        match random.randrange(8):
            case 0:
                rows.insert(random.randrange(len(rows)), dict(random.choice(rows)))
            case 1 if len(rows) > 1:
                rows.pop(random.randrange(len(rows)))
            case 2:
                random.shuffle(rows)
            case 3:
                name = random.choice(PLAY_COLUMNS[1:])
                rows = [each | {name: random.choice(_ODD)} for each in rows]
            case _:
                rows[random.randrange(len(rows))][random.choice(PLAY_COLUMNS[1:])] = random.choice(_ODD)
    feed = table(rows)
    if random.random() < 0.3:
        feed = feed.drop_columns([random.choice(PLAY_COLUMNS[4:])])
    specs = registry()
    made = silver_tables({"plays": [feed]}, specs, league="nba", season=2019)
    kept = {name: check(specs[name], rows_of).rows for name, rows_of in made.items()}
    silver: dict[str, pa.Table] = {name: kept.get(name, specs[name].file_schema.empty_table()) for name in INPUT_TABLES}
    for name, rows_of in replay(silver, specs, league="nba").items():
        check(specs[name], rows_of)

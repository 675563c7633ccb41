"""What the engine computes comes out of the write path with the same hashes, whichever version of it computed.

The values were worked out under DuckDB 1.5.0, 1.5.6 and 2.0.0. A whole small season was built under these as well: all
hashes of the ten tables, and all bytes, were the same.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from hooplake.lake.conform import conform
from hooplake.lake.rowhash import row_hashes
from hooplake.lake.table import TableSpec

LEAGUE = """
with games (game_date, team_id, points, fga, fta, seconds, name) as (
    values
        (date '2024-11-01', 'a', 101, 87, 23, 14400, 'Ana Núñez'), (date '2024-11-01', 'b', 97, 91, 16, 14400, 'O''Neal, B|c'),
        (date '2024-11-03', 'a', 120, 95, 31, 15900, 'Ana Núñez'), (date '2024-11-03', 'b', 118, 99, 28, 15900, 'O''Neal, B|c'),
        (date '2024-11-08', 'a', 88, 80, 0, 14400, 'Ana Núñez'), (date '2024-11-08', 'b', 109, 83, 22, null, 'O''Neal, B|c')
)
select
    game_date, team_id, name,
    points / nullif(2.0 * (fga + 0.44 * fta), 0) as ts_pct,
    avg(points) over w as points_avg,
    stddev_samp(points) over w as points_dev,
    sum(60.0 * points / seconds) over w as rate,
    sqrt((3 * points * points + 1) / 7.0) as root,
    quantile_cont(points, 0.5) over w as middle,
    100.0 * fta / nullif(fta - 23, 0) as odd,
    round(1.005 * points, 2) as rounded,
    date_diff('day', lag(game_date) over (partition by team_id order by game_date), game_date) - 1 as rest,
    [1.0 * points / 3, null, -0.0] as features,
    string_split(concat_ws(',', case when fta = 0 then 'ft:ZERO_DENOMINATOR' end, 'props:NO_SOURCE'), ',') as missing
from games
window w as (partition by team_id order by game_date rows between 9 preceding and current row)
order by game_date, team_id
"""


def column(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "null": True, "meaning": "of the test", **more}


SPEC = TableSpec.from_dict(
    {
        "name": "gold.tiny_league",
        "description": "Two teams, three dates.",
        "key": ["game_date", "team_id"],
        "partition": [],
        "hash": {
            "fieldset": 1,
            "columns": [
                "game_date", "team_id", "name", "ts_pct", "points_avg", "points_dev", "rate", "root", "middle", "odd",
                "rounded", "rest", "features", "missing",
            ],
        },
        "columns": {
            "game_date": column("date", null=False), "team_id": column("text", null=False), "name": column("text"),
            "ts_pct": column("decimal(5,3)"), "points_avg": column("decimal(5,1)"), "points_dev": column("decimal(7,4)"),
            "rate": column("decimal(8,3)"), "root": column("decimal(9,5)"), "middle": column("decimal(6,2)"),
            "odd": column("decimal(8,1)"), "rounded": column("decimal(7,2)"), "rest": column("int32"),
            "features": column("list(decimal(10,4))"), "missing": column("list(text)", set=True),
        },
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    connection = duckdb.connect(config={"threads": 1})
    found, misfits = conform(SPEC, connection.sql(LEAGUE).to_arrow_table())
    assert not misfits
    return found


def test_golden_hashes(rows: pa.Table) -> None:
    assert row_hashes(SPEC, rows).to_pylist() == [
        "2a8a3b721a6ab2cf", "70e0c1033b501545", "029a15b043abd672", "9ce422a4d669ca0e", "4f2b163560d3693c",
        "bc882b1faade5924",
    ]  # fmt: skip


def test_the_values_under_them(rows: pa.Table) -> None:
    """Three of them worked out by hand."""
    first, _, third = rows.to_pylist()[:3]
    assert (first["game_date"], first["ts_pct"]) == (date(2024, 11, 1), 0.520)  # 101 / (2 x (87 + 10.12))
    assert (third["points_avg"], third["points_dev"]) == (110.5, 13.435)  # of 101 and 120: 19 / sqrt 2
    assert third["rest"] == 1

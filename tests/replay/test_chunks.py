"""Many games at once: nothing of one game reaches over into another."""

from __future__ import annotations

import pytest

from hooplake.lakehouse import registry
from hooplake.replay import inputs
from hooplake.replay.replay import replay
from tests.replay.sheets import Replayed, Sheet, inputs_of

_GAME = """
1 12:00 - period_start
1 11:40 h made_2 h1+h2 2-0
1 11:20 a made_3 a1 2-3
1 11:00 h substitution h6+h5
1 10:40 h made_ft h6 3-3
1 10:00 a double_foul a2+h3
1 0:00 - period_end
"""


def test_sums_of_a_chunk_may_run_over() -> None:
    """Twelve games of 3,000 points of one man are more than the sums of a chunk hold."""
    text = "\n".join(f"1 {720 - n // 2}.0 h made_3 h1 {3 * n + 3}-0" for n in range(1000))
    games = inputs_of(*(Sheet(text, game=f"g{n:02d}", lines={"h1": {"points": 3000}}) for n in range(12)))
    made = replay(games, registry(), league="nba")
    lines = [row for row in made["gold.quarter_box_scores"].to_pylist() if row["player_id"] == "h1"]
    assert [(row["points"], row["fg3m"]) for row in lines] == [(3000, 1000)] * 12
    last = [row for row in made["gold.player_snapshots"].to_pylist() if row["event_num"] == 999]
    assert [row["points"] for row in last] == [3000] * 12


def test_games_replayed_together_are_those_replayed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = [
        Sheet(_GAME, game="g1"),
        Sheet(_GAME.replace("h1+h2 2-0", "h4 2-0").replace("2-3", "2-9"), game="g2"),
        Sheet("1 11:00 a foul a9+h1\n1 10:00 h made_2 h9", game="g3", unlisted=("a9", "h9")),
    ]
    alone = [replay(inputs_of(sheet), registry(), league="nba") for sheet in sheets]
    for dense in (0, 1000):  # players looked up by search, and in a table
        monkeypatch.setattr(inputs, "_DENSE", dense)
        together = replay(inputs_of(*sheets), registry(), league="nba")
        for name, rows in together.items():
            assert rows.to_pylist() == [row for one in alone for row in one[name].to_pylist()], name
    assert Replayed(alone[0]).score(4) == (3, 3)

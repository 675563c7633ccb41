"""Feeds written by hand: rows of playbyplayv2 from a few words each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from hooplake.games.official.feed import PLAY_COLUMNS
from hooplake.games.official.read import silver_tables
from hooplake.lakehouse import registry

GAME = "0021800001"
HOME, AWAY = "1610612738", "1610612755"
_TEAMS = {
    "h": (HOME, "Boston", "Celtics", "BOS"),
    "a": (AWAY, "Philadelphia", "76ers", "PHI"),
}


def player(name: str) -> str:
    """Id of a player: ``h3`` is 103, ``a3`` is 203."""
    return str({"h": 100, "a": 200}[name[0]] + int(name[1:]))


def row(
    kind: int,
    action: int = 0,
    *,
    period: int = 1,
    clock: str | None = "12:00",
    p1: str = "",
    p2: str = "",
    p3: str = "",
    home: str | None = None,
    away: str | None = None,
    score: str | None = None,
    number: int | None = None,
    game: str = GAME,
) -> dict[str, Any]:
    """A row. Persons are ``h1`` to ``h15`` and ``a1`` to ``a15`` (players), ``H``, ``A`` (teams), ``ch``, ``ca`` (coaches)."""
    found: dict[str, Any] = dict.fromkeys(PLAY_COLUMNS)
    found |= {
        "GAME_ID": game, "EVENTNUM": number, "EVENTMSGTYPE": str(kind), "EVENTMSGACTIONTYPE": str(action),
        "PERIOD": str(period), "PCTIMESTRING": clock, "HOMEDESCRIPTION": home, "VISITORDESCRIPTION": away,
        "SCORE": score,
    }  # fmt: skip
    for place, name in enumerate((p1, p2, p3), start=1):
        found |= _person(place, name)
    return found


def _person(place: int, name: str) -> dict[str, Any]:
    kind, who, side = "0", "0", None
    if name in ("H", "A"):
        kind, who = ("2", HOME) if name == "H" else ("3", AWAY)
    elif name.startswith("c"):
        kind, who = ("6", "999") if name == "ch" else ("7", "998")
    elif name:
        side = name[0]
        kind, who = ("4.0" if side == "h" else "5", player(name))
    found = {f"PERSON{place}TYPE": kind, f"PLAYER{place}_ID": who}
    if side:
        team, city, nickname, abbr = _TEAMS[side]
        found |= {f"PLAYER{place}_NAME": f"Man {name}", f"PLAYER{place}_TEAM_ID": f"{team}.0"}
        if place == 1:
            found |= {
                "PLAYER1_TEAM_CITY": city, "PLAYER1_TEAM_NICKNAME": nickname, "PLAYER1_TEAM_ABBREVIATION": abbr,
            }  # fmt: skip
    return found


def table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table of texts; event numbers count from 1 where none is given."""
    numbered = [
        {**one, "EVENTNUM": str(one["EVENTNUM"] if one["EVENTNUM"] is not None else place)}
        for place, one in enumerate(rows, start=1)
    ]
    return pa.table({name: pa.array([one[name] for one in numbered], pa.string()) for name in PLAY_COLUMNS})


def silver(rows: Sequence[Mapping[str, Any]], **more: Sequence[pa.Table]) -> dict[str, pa.Table]:
    """Silver facts of rows, with ``boxes``, ``logs`` and ``lines`` if given."""
    return silver_tables({"plays": [table(rows)], **more}, registry(), league="nba", season=2019)


def plays(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of ``silver.fct_plays``."""
    found: list[dict[str, Any]] = silver(rows)["silver.fct_plays"].to_pylist()
    return found


def opening(period: int = 1) -> list[dict[str, Any]]:
    """A period's start, with a made basket by each side so that both teams are known."""
    clock = "12:00" if period < 5 else "5:00"
    return [row(12, period=period, clock=clock)]


def both_teams() -> list[dict[str, Any]]:
    """Two missed shots that make both teams known."""
    return [
        row(2, 1, clock="11:50", p1="h1", home="MISS One 20' Jump Shot"),
        row(2, 1, clock="11:30", p1="a1", away="MISS Uno 20' Jump Shot"),
    ]

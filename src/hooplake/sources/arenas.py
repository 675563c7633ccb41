"""Where games are played: the arenas of ``arenas.toml`` as tables, so that travel can be told in SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import rtoml

from hooplake.build.step import WHOLE, Computed, Discovered, Discovery, Step, Task, UnitInput, code_version
from hooplake.errors import ConfigError
from hooplake.games.leagues import LEAGUES
from hooplake.games.seasons import season_of
from hooplake.lake.partition import Partition
from hooplake.sources.names import plain_key

ARENAS = "silver.dim_arenas"
HOMES = "silver.dim_home_arenas"
ELSEWHERE = "silver.dim_games_elsewhere"
FIRST_SEASON, LAST_SEASON = 2011, 2035
"""Seasons of homes without a first or a last season."""

_PATH = Path(__file__).with_suffix(".toml")


@cache
def _file() -> dict[str, Any]:
    return rtoml.loads(_PATH.read_text("utf-8"))


def arena_rows(league: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of the three tables for a league: names of arenas, homes by season, games played elsewhere.

    Raises:
        ConfigError: a game elsewhere names an arena that is not listed, or two teams of a season have one abbreviation.
    """
    file = _file()
    places = {each["arena"]: _place(each) for each in file["arenas"]}
    names = {
        (plain_key(name), each["arena"]): {
            "league": league, "name_key": plain_key(name), "name": name,
            "city_key": plain_key(each["city"]) if "city" in each else None, **places[each["arena"]],
        }
        for each in file["arenas"]
        for name in each["names"]
    }  # fmt: skip
    known = set(file["elsewhere_known"].get(league, ()))
    homes: dict[tuple[int, str], dict[str, Any]] = {}
    for each in file["arenas"]:
        for home in each.get("homes", ()):
            if home["league"] != league:
                continue
            for season in range(home.get("first", FIRST_SEASON), home.get("last", LAST_SEASON) + 1):
                for team in home["teams"]:
                    if (season, team) in homes:
                        raise ConfigError(f"arenas.toml: {team} has two homes in {season}")
                    homes[season, team] = {
                        "league": league, "season": season, "team_abbr": team, "elsewhere_known": season in known,
                        **places[each["arena"]],
                    }  # fmt: skip
    elsewhere = []
    for game in file["elsewhere"]:
        if game["arena"] not in places:
            raise ConfigError(f"arenas.toml: a game was played in {game['arena']}, which is no arena there")
        if game["league"] == league:
            elsewhere.append(
                {
                    "league": league, "season": season_of(LEAGUES[league], game["date"]), "game_date": game["date"],
                    "home_abbr": game["home"], **places[game["arena"]],
                }
            )  # fmt: skip
    return {ARENAS: list(names.values()), HOMES: list(homes.values()), ELSEWHERE: elsewhere}


def _place(each: Mapping[str, Any]) -> dict[str, Any]:
    latitude, longitude = each["at"]
    return {"arena": each["arena"], "latitude": latitude, "longitude": longitude, "time_zone": each["zone"]}


def discover(context: Discovery) -> Discovered:
    """One partition per league, made of the file."""
    del context
    digest = hashlib.sha256(_PATH.read_bytes()).hexdigest()[:16]
    return {Partition(league=league): {WHOLE: UnitInput("", (("arenas.toml", digest),))} for league in LEAGUES}


def compute(task: Task) -> Computed:
    """The rows of a league."""
    import pyarrow as pa

    rows = arena_rows(str(task.partition["league"]))
    return Computed(
        {
            table: pa.Table.from_pylist(found, schema=task.registry[table].schema)
            for table, found in rows.items()
            if found
        }
    )


ARENAS_STEP = Step(
    name="arenas",
    outputs=(ARENAS, HOMES, ELSEWHERE),
    version=code_version("hooplake.sources.arenas", "hooplake.sources.names"),
    compute=compute,
    discover=discover,
)
"""The arenas as tables."""

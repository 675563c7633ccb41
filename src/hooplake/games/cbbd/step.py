"""From the tables of the college API to the silver facts.

Which games there are, and whether one has changed, is told by the raw bodies; the rows come from the star schema that
is made of them (``silver.cbbd_*``), in which each play, box and line stands once.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping, Sequence

from hooplake.build.step import Computed, Discovered, Discovery, Failure, Task, UnitInput
from hooplake.games.cbbd.gone import Drain, gone, newest_drains
from hooplake.games.cbbd.polls import Polls, read_polls
from hooplake.games.cbbd.raw import INDEXED, PLAYS, PREFIX, RawBody, Said, play_dates, read_indexes
from hooplake.games.cbbd.tables import INPUT_TABLES, play_date_ref, read_tables
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store

SOURCE, LEAGUE = "cbbd", "mbb"
"""The API is about men's college basketball alone."""

_OF_GAMES = tuple(name for name in INDEXED if name not in ("games", "teams", "teams_roster"))
_RANKS = "ranks="
_Told = Mapping[str, Sequence[tuple[RawBody, Said]]]


def discover(context: Discovery, *, prepared: str = "") -> Discovered:
    """Every game of the schedule, made of what the bodies say of it and of its teams.

    Args:
        context: the lake.
        prepared: version of the tables through which the rows come.
    """
    bodies: dict[tuple[str, int], list[RawBody]] = {}
    paths = context.paths(PREFIX)
    drains = newest_drains(context.store, paths)
    for path in paths:
        name = RawBody.parse(path)
        if name is not None and (name.endpoint in INDEXED or name.endpoint == "rankings"):
            bodies.setdefault((name.endpoint, name.season), []).append(name)
    teams = _told(context.store, bodies.get(("teams", 0), ()))
    found: dict[Partition, dict[str, UnitInput]] = {}
    for season in sorted(season for endpoint, season in bodies if endpoint == "games" and season):
        games = _told(context.store, bodies["games", season], drains.get(("games", season)))
        rosters = _told(context.store, bodies.get(("teams_roster", season), ()))
        others = {
            name: _told(context.store, bodies.get((name, season), ()), drains.get((name, season))) for name in _OF_GAMES
        }
        dates = _play_dates(others)
        polls = read_polls(context.store, bodies.get(("rankings", season), ()))
        units = {
            game: _unit(game, told, others, teams, rosters, prepared, dates.get(game, ""), polls)
            for game, told in games.items()
        }
        found[Partition(league=LEAGUE, source=SOURCE, season=season)] = units
    return found


def _told(store: Store, names: Iterable[RawBody], drain: Drain | None = None) -> _Told:
    """What the bodies say of each game or team, in the order of receipt; what is said again once, what is gone not."""
    found: dict[str, list[tuple[RawBody, Said]]] = {}
    ordered = sorted(names, key=lambda name: name.order)
    told = list(zip(ordered, read_indexes(store, ordered), strict=True))
    for name, index in told:
        for key, said in index.items():
            known = found.setdefault(key, [])
            if not known or known[-1][1].hash != said.hash:
                known.append((name, said))
    for key in gone(told, drain):
        del found[key]
    return found


def _play_dates(others: Mapping[str, _Told]) -> dict[str, str]:
    """The date under which the plays of each game are kept."""
    told = [(name, {game: said}) for plays in PLAYS for game, own in others[plays].items() for name, said in own]
    return play_dates(sorted(told, key=lambda pair: pair[0].order))


def _unit(
    game: str,
    told: Sequence[tuple[RawBody, Said]],
    others: Mapping[str, _Told],
    teams: _Told,
    rosters: _Told,
    prepared: str,
    date: str,
    polls: Polls,
) -> UnitInput:
    head = told[-1][1]
    parts = [("games", _hashes(told))]
    refs = [name.path for name, _ in told]
    for endpoint, every in others.items():
        if own := every.get(game, ()):
            parts.append((endpoint, _hashes(own)))
            refs += [name.path for name, _ in own]
    for side, team in zip(("home", "away"), head.teams, strict=True):
        for what, of_teams in (("team", teams), ("roster", rosters)):
            if own := of_teams.get(team, ()):
                parts.append((f"{side}_{what}", _hashes(own)))
    if date:
        refs.append(play_date_ref(date))
    ranks = polls.before(head.day, head.teams) if head.day else ()
    if any(rank is not None for rank in ranks):
        text = ",".join("" if rank is None else str(rank) for rank in ranks)
        parts.append(("ranks", text))
        refs.append(f"{_RANKS}{text}")
    if prepared:
        parts.append(("tables", prepared))
    return UnitInput(head.day, tuple(parts), tuple(refs))


def _hashes(told: Sequence[tuple[RawBody, Said]]) -> str:
    return ".".join(said.hash for _, said in told)


def reads(table: str, output: Partition, existing: Sequence[Partition]) -> list[Partition]:
    """The partitions of the tables between the bodies and the games of an output partition."""
    if output["source"] != SOURCE:
        return []
    return [part for part in existing if part.get("season", output["season"]) == output["season"]]


def compute(task: Task) -> Computed:
    """Turn a chunk of games into silver rows."""
    collecting = gc.isenabled()
    gc.disable()  # a chunk makes many short-lived objects and no cycles
    try:
        return _compute(task)
    finally:
        if collecting:
            gc.enable()


def _compute(task: Task) -> Computed:
    # a plan does not load what computes
    from hooplake.games.cbbd.games import read_games
    from hooplake.games.cbbd.people import People
    from hooplake.games.cbbd.plays import plays_tables, with_plays
    from hooplake.games.silver import silver_tables

    rows = read_tables(task)
    bodies = {game: [RawBody.parse(ref) for ref in unit.refs] for game, unit in task.units.items()}
    people = People(rows)
    ranks = {game: _ranks(unit.refs) for game, unit in task.units.items()}
    games = read_games(
        rows, people, {game: [name for name in own if name is not None] for game, own in bodies.items()}, ranks
    )
    tables = silver_tables(list(games.values()), task.registry)
    tables |= plays_tables(rows, games, people, task.registry)
    tables["silver.fct_games"] = with_plays(tables["silver.fct_games"], tables["silver.fct_plays"])
    missing = sorted(task.units.keys() - games.keys())
    failures = {
        game: Failure("no_row", "the schedule names the game, but no row of it could be read") for game in missing
    }
    return Computed(tables, failures)


def _ranks(refs: Iterable[str]) -> tuple[int | None, int | None]:
    """The places in the polls of the home team and the other one before their game."""
    told = next((ref.removeprefix(_RANKS) for ref in refs if ref.startswith(_RANKS)), ",")
    home, away = (int(text) if text else None for text in told.split(","))
    return home, away


__all__ = ["INPUT_TABLES", "LEAGUE", "SOURCE", "compute", "discover", "reads"]

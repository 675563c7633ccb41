"""Games, teams and players of the official feed, as rows of the silver facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from hooplake.games.leagues import Rules
from hooplake.games.official import codes
from hooplake.games.official.columns import NONE, Bool, Int, texts
from hooplake.games.official.feed import Feed
from hooplake.games.official.logs import TOTALS, Logs
from hooplake.games.official.meanings import Meanings
from hooplake.games.official.persons import AWAY, HOME, Persons
from hooplake.games.official.plays import assemble
from hooplake.games.official.walls import timestamps
from hooplake.lake.table import TableSpec

_NEVER = 2**40  # a minute that no clock shows


class Document(NamedTuple):
    """A raw object that tells of a game.

    Attributes:
        name: of the object, without its folder.
        kind: kind of rows in it.
        receipt: order of receipt among the objects of the kind and season, from 1.
    """

    name: str
    kind: str
    receipt: int


@dataclass(frozen=True, slots=True)
class Teams:
    """The teams of each game as lists of texts, home first; None where nothing tells."""

    team_id: tuple[list[str | None], list[str | None]]
    name: tuple[list[str | None], list[str | None]]
    abbr: tuple[list[str | None], list[str | None]]
    city: tuple[list[str | None], list[str | None]]
    nickname: tuple[list[str | None], list[str | None]]


def read_teams(feed: Feed, persons: Persons, logs: Logs) -> Teams:
    """Teams of each game: by the log, else by the rows."""
    sides = []
    for place, (flag, team) in enumerate(((HOME, persons.home_team), (AWAY, persons.away_team))):
        rows = np.flatnonzero((persons.first.side == flag) & (persons.first.player >= 0))
        first = rows[np.flatnonzero(np.diff(feed.game[rows], prepend=NONE))]
        games = feed.game[first].tolist()
        stated: dict[str, list[str | None]] = {}
        for name in ("CITY", "NICKNAME", "ABBREVIATION"):
            own = dict(zip(games, texts(feed.rows, f"PLAYER1_TEAM_{name}", feed.place[first]), strict=True))
            stated[name] = [own.get(game) for game in range(len(feed.games))]
        ids = [persons.ids[code] if code >= 0 else None for code in team.tolist()]
        names = [f"{c} {n}" if c and n else n for c, n in zip(stated["CITY"], stated["NICKNAME"], strict=True)]
        sides.append(
            (
                _first_known(logs.team[place], ids),
                _first_known(names, logs.names[place]),
                _first_known(stated["ABBREVIATION"], logs.abbrs[place]),
                stated["CITY"],
                stated["NICKNAME"],
            )
        )
    return Teams(*zip(*sides, strict=True))


def _first_known(first: Sequence[str | None], second: Sequence[str | None]) -> list[str | None]:
    return [a if a is not None else b for a, b in zip(first, second, strict=True)]


def final_scores(feed: Feed, meanings: Meanings, logs: Logs) -> Int:
    """Final score of each game, home first: by the log, else the highest that the rows state; shape (games, 2)."""
    score = np.full((len(feed.games), 2), NONE, np.int64)
    for place, stated in enumerate((meanings.home_score, meanings.away_score)):
        np.maximum.at(score[:, place], feed.game, stated)
    return np.where(logs.score > 0, logs.score, score)


def ended(feed: Feed, rules: Rules, score: Int, logs: Logs) -> Bool:
    """Games that were played to their end: by the log, or by a last row that ends a last period with a winner."""
    last = feed.bounds[1:] - 1
    over = (feed.period[last] >= rules.regulation_periods) & (
        (feed.kind[last] == codes.PERIOD_END) | (feed.clock[last] == 0)
    )
    ends = np.bincount(
        feed.game[(feed.kind == codes.PERIOD_END) & (feed.period == feed.period[last][feed.game])],
        minlength=len(feed.games),
    )
    over |= (feed.period[last] >= rules.regulation_periods) & (ends > 0)
    decided = (score[:, 0] != score[:, 1]) & (score.min(axis=1, initial=10_000) >= 0)
    finished: Bool = (over & decided) | (logs.score.min(axis=1, initial=10_000) > 0)
    return finished


def games_table(
    spec: TableSpec,
    feed: Feed,
    teams: Teams,
    score: Int,
    final: Bool,
    dates: pa.Array,
    neutral: pa.Array,
    walls: Int,
    rules: Rules,
    box_games: Bool,
    documents: Sequence[Sequence[Document]],
) -> pa.Table:
    """Rows of ``silver.fct_games``.

    Args:
        spec: the table.
        feed: rows in the order of play.
        teams: teams of each game.
        score: final scores, home first.
        final: games that ended.
        dates: date of each game.
        neutral: whether it was on neither team's floor.
        walls: minutes since 1970 at which each row was written.
        rules: periods.
        box_games: games with a box of the whole game.
        documents: the raw objects of each game.
    """
    count = len(feed.games)
    last = np.zeros(count, np.int64)
    np.maximum.at(last, feed.game, feed.period)
    earliest, latest = np.full(count, _NEVER + 1), np.full(count, NONE)
    np.minimum.at(earliest, feed.game[walls >= 0], walls[walls >= 0])
    np.maximum.at(latest, feed.game, walls)
    shown = [
        [
            points if over and points >= 0 else None
            for points, over in zip(score[:, s].tolist(), final.tolist(), strict=True)
        ]
        for s in (0, 1)
    ]
    winner = [
        None if h is None or a is None or h == a else (home if h > a else away)
        for h, a, home, away in zip(*shown, *teams.team_id, strict=True)
    ]
    columns: dict[str, pa.Array] = {
        "game_id": pa.array([game.game_id for game in feed.games], pa.string()),
        "game_date": dates,
        "season_type": pa.array([game.season_type for game in feed.games], pa.int16()),
        "status": pa.array(["final" if over else "in_progress" for over in final.tolist()], pa.string()),
        "played": pa.array(final),
        "home_score": pa.array(shown[0], pa.int16()),
        "away_score": pa.array(shown[1], pa.int16()),
        "winner_team_id": pa.array(winner, pa.string()),
        "neutral_site": neutral,
        "periods": pa.array(last.astype(np.int16)),
        "regulation_periods": pa.array(np.full(count, rules.regulation_periods, np.int16)),
        "regulation_seconds": pa.array(np.full(count, rules.regulation_seconds, np.int16)),
        "overtime_seconds": pa.array(np.full(count, rules.overtime_seconds, np.int16)),
        "box_status": pa.array(np.where(box_games, "full", "absent").tolist(), pa.string()),
        "plays_status": pa.array(["full" if over else "partial" for over in final.tolist()], pa.string()),
        "play_count": pa.array(np.diff(feed.bounds).astype(np.int32)),
        "first_play_utc": timestamps(np.where(earliest > _NEVER, NONE, earliest)),
        "last_play_utc": timestamps(latest),
        "kinds": pa.array([sorted({one.kind for one in own}) for own in documents], pa.list_(pa.string())),
        "repairs": pa.array(feed.repairs, pa.list_(pa.string())),
    }
    for place, side in enumerate(("home", "away")):
        columns[f"{side}_team_id"] = pa.array(teams.team_id[place], pa.string())
        columns[f"{side}_team"] = pa.array(teams.name[place], pa.string())
        columns[f"{side}_abbr"] = pa.array(teams.abbr[place], pa.string())
    return assemble(spec, columns, count)


def teams_table(spec: TableSpec, feed: Feed, teams: Teams, score: Int, logs: Logs, dates: pa.Array) -> pa.Table:
    """Rows of ``silver.fct_game_teams``. A log's turnovers include the team's own, so they are the total ones."""
    games = np.repeat(np.arange(len(feed.games)), 2)
    side = np.tile([0, 1], len(feed.games))
    ids = [teams.team_id[s][g] for g, s in zip(games.tolist(), side.tolist(), strict=True)]
    order = [n for n in sorted(range(len(ids)), key=lambda n: (games[n], ids[n] or "")) if ids[n] is not None]
    games, side = games[order], side[order]

    def texts(of: tuple[list[str | None], list[str | None]], other: bool = False) -> pa.Array:
        return pa.array(
            [of[1 - s if other else s][g] for g, s in zip(games.tolist(), side.tolist(), strict=True)], pa.string()
        )

    points = score[games, side]
    columns: dict[str, pa.Array] = {
        "game_id": pa.array([feed.games[g].game_id for g in games.tolist()], pa.string()),
        "game_date": dates.take(pa.array(games)),
        "team_id": texts(teams.team_id),
        "team": texts(teams.name),
        "abbr": texts(teams.abbr),
        "location": texts(teams.city),
        "nickname": texts(teams.nickname),
        "home": pa.array(side == 0),
        "opponent_team_id": texts(teams.team_id, other=True),
        "score": pa.array(points.astype(np.int16), mask=points < 0),
    }
    for place, stat in enumerate(TOTALS):
        values = logs.totals[games, side, place]
        name = "total_turnovers" if stat == "tov" else stat
        columns[name] = pa.array(np.nan_to_num(values).astype(np.int16), mask=np.isnan(values))
    return assemble(spec, columns, len(games))


def periods_table(spec: TableSpec, feed: Feed, teams: Teams, logs: Logs, dates: pa.Array) -> pa.Table:
    """Rows of ``silver.fct_game_periods``: the line scores, of games whose line is whole."""
    last = np.zeros(len(feed.games), np.int64)
    np.maximum.at(last, feed.game, feed.period)
    width = logs.periods.shape[2]
    number = np.arange(1, width + 1)
    due = number[None, :] <= last[:, None]
    whole = (last <= width) & np.all(~due | (logs.periods >= 0).all(axis=1), axis=1)
    known = [i is not None and j is not None for i, j in zip(*teams.team_id, strict=True)]
    game, side, place = np.nonzero((due & (whole & np.array(known, bool))[:, None])[:, None, :].repeat(2, axis=1))
    ids = [str(teams.team_id[s][g]) for g, s in zip(game.tolist(), side.tolist(), strict=True)]
    order = sorted(range(len(ids)), key=lambda n: (game[n], ids[n], place[n]))
    game, side, place = game[order], side[order], place[order]
    columns = {
        "game_id": pa.array([feed.games[g].game_id for g in game.tolist()], pa.string()),
        "game_date": dates.take(pa.array(game)),
        "team_id": pa.array([ids[n] for n in order], pa.string()),
        "period": pa.array((place + 1).astype(np.int16)),
        "home": pa.array(side == 0),
        "points": pa.array(logs.periods[game, side, place].astype(np.int16)),
    }
    return assemble(spec, columns, len(game))


def documents_table(
    spec: TableSpec, feed: Feed, final: Bool, documents: Sequence[Sequence[Document]], dates: pa.Array
) -> pa.Table:
    """Rows of ``silver.fct_game_documents``: every raw object of a game is used, each for what no later one says."""
    rows = [(game, one) for game, own in enumerate(documents) for one in sorted(set(own))]
    columns = {
        "game_id": pa.array([feed.games[game].game_id for game, _ in rows], pa.string()),
        "game_date": dates.take(pa.array([game for game, _ in rows], pa.int64())),
        "document": pa.array([one.name for _, one in rows], pa.string()),
        "kind": pa.array([one.kind for _, one in rows], pa.string()),
        "receipt": pa.array([one.receipt for _, one in rows], pa.int32()),
        "status": pa.array(["final" if final[game] else "in_progress" for game, _ in rows], pa.string()),
        "used": pa.repeat(True, len(rows)),
    }
    return assemble(spec, columns, len(rows))

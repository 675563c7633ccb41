"""Players of the official feed's games: everybody whom the plays or a box name, as rows of the silver facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.model import STATS
from hooplake.games.official.boxes import BoxLines, stat_columns
from hooplake.games.official.columns import NONE, Bool, Float, Int
from hooplake.games.official.feed import Feed
from hooplake.games.official.overrides import Starter
from hooplake.games.official.persons import AWAY, HOME, Persons, Roster
from hooplake.games.official.plays import assemble
from hooplake.games.official.tables import Teams
from hooplake.lake.table import TableSpec

Objects = npt.NDArray[np.object_]


@dataclass(slots=True)
class _Players:
    """One entry per player of a game, sorted by game.

    Attributes:
        in_plays, in_box: place of each entry of the roster and of each line of the boxes.
    """

    game: Int
    player_id: Objects
    in_plays: Int
    in_box: Int

    def __len__(self) -> int:
        return len(self.game)

    def texts(self, from_plays: pa.Array | None, from_box: pa.Array) -> Objects:
        """A text per player: that of a box, else that of the plays."""
        found = np.full(len(self), None, object)
        if from_plays is not None:
            found[self.in_plays] = from_plays.to_numpy(zero_copy_only=False)
        values = from_box.to_numpy(zero_copy_only=False)
        known = np.array([value is not None for value in values], bool)
        found[self.in_box[known]] = values[known]
        return found


def _players(persons: Persons, roster: Roster, boxes: BoxLines) -> _Players:
    known: dict[str, int] = {}
    ids = np.array([known.setdefault(text, len(known)) for text in (*persons.ids, *boxes.ids)] or [0], np.int64)
    width = max(len(known), 1)
    in_plays = roster.game * width + ids[roster.player]
    in_box = boxes.game * width + ids[len(persons.ids) + boxes.player]
    keys = np.union1d(in_plays, in_box)
    names = np.array([*known, None], object)
    return _Players(keys // width, names[keys % width], np.searchsorted(keys, in_plays), np.searchsorted(keys, in_box))


def players_table(
    spec: TableSpec, feed: Feed, persons: Persons, roster: Roster, boxes: BoxLines, teams: Teams, dates: pa.Array
) -> pa.Table:
    """Rows of ``silver.fct_game_players``.

    Figures come from boxes of whole games alone. Who started is known where there is any box of the game.
    """
    players = _players(persons, roster, boxes)
    count, games = len(players), len(feed.games)
    side, team = _sides(players, roster, boxes, teams)
    boxed = np.zeros(games, bool)
    boxed[boxes.game] = True
    starter = np.zeros(count, bool)
    starter[players.in_box[boxes.position.codes >= 0]] = True
    played = np.zeros(count, bool)
    played[players.in_plays] = roster.on_court
    played[players.in_box[boxes.seconds > 0]] = True
    line, seconds, plus_minus = _figures(players, boxes, played)
    name = players.texts(roster.name, boxes.name)
    position = players.texts(None, boxes.position.texts())
    reason = players.texts(None, boxes.comment.texts())
    sided = np.flatnonzero([one is not None for one in team])
    order = sided[np.lexsort((_rank(players.player_id[sided]), _rank(team[sided]), players.game[sided]))]
    game = players.game[order]
    columns: dict[str, pa.Array] = {
        "game_id": pa.array([one.game_id for one in feed.games], pa.string()).take(pa.array(game)),
        "game_date": dates.take(pa.array(game)),
        "team_id": pa.array(team[order], pa.string()),
        "player_id": pa.array(players.player_id[order], pa.string()),
        "player": pa.array(name[order], pa.string()),
        "position": pa.array(position[order], pa.string()),
        "home": pa.array(side[order] == HOME),
        "starter": pa.array(starter[order], mask=~boxed[game]),
        "did_not_play": pa.array(~played[order]),
        "reason": pa.array(np.where(played[order], None, reason[order]).tolist(), pa.string()),  # type: ignore[call-overload]
        "list_order": pa.array((np.arange(len(order)) - np.searchsorted(game, game)).astype(np.int16)),
        "seconds": pa.array(np.nan_to_num(seconds[order]).astype(np.int32), mask=np.isnan(seconds[order])),
        "plus_minus": pa.array(np.nan_to_num(plus_minus[order]).astype(np.int16), mask=np.isnan(plus_minus[order])),
        **stat_columns(line[order]),
    }
    return assemble(spec, columns, len(order))


def _rank(texts: Objects) -> Int:
    """Places of texts in their order; there are few that differ."""
    places = {text: place for place, text in enumerate(sorted(set(texts.tolist())))}
    return np.array([places[text] for text in texts.tolist()], np.int64)


def _sides(players: _Players, roster: Roster, boxes: BoxLines, teams: Teams) -> tuple[Int, Objects]:
    """Side and team of each player: by his team in a box, else by the plays; None for a team of neither side."""
    ids = [np.array([*one, None], object)[players.game] for one in teams.team_id]
    side = np.full(len(players), NONE, np.int64)
    side[players.in_plays] = roster.side
    stated = np.array([*boxes.ids, None], object)[boxes.team]
    at = players.in_box
    side[at] = np.where(stated == ids[0][at], HOME, np.where(stated == ids[1][at], AWAY, side[at]))
    team = np.where(side == HOME, ids[0], np.where(side == AWAY, ids[1], np.full(len(players), None, object)))
    return side, team


def _figures(players: _Players, boxes: BoxLines, played: Bool) -> tuple[Float, Float, Float]:
    """Stats, seconds and plus-minus by the boxes of whole games, NaN for those who did not play."""
    whole = boxes.period == 0
    at = players.in_box[whole]
    line = np.full((len(players), len(STATS)), np.nan)
    seconds, plus_minus = np.full(len(players), np.nan), np.full(len(players), np.nan)
    line[at], seconds[at], plus_minus[at] = boxes.line[whole], boxes.seconds[whole], boxes.plus_minus[whole]
    absent = np.isnan(seconds) & ~played
    line[absent] = np.nan
    plus_minus[np.isnan(seconds)] = np.nan
    return line, seconds, plus_minus


def player_periods_table(
    spec: TableSpec, feed: Feed, boxes: BoxLines, teams: Teams, dates: pa.Array, starters: Sequence[tuple[int, Starter]]
) -> pa.Table:
    """Rows of ``silver.fct_player_periods``: the boxes of single periods, and the starters that are laid down.

    Args:
        spec: the table.
        feed: rows in the order of play.
        boxes: lines of boxes.
        teams: teams of each game.
        dates: date of each game.
        starters: overrides, with the places of their games.
    """
    rows = np.flatnonzero(boxes.period > 0)
    extra = _not_listed(boxes, rows, starters)
    ids = [*boxes.ids, *(one.player_id for _, one in extra), *(one.team_id for _, one in extra)]
    places = {text: place for place, text in enumerate(sorted(set(ids)))}
    rank = np.array([*(places[text] for text in ids), NONE], np.int64)
    more = len(boxes.ids) + np.arange(2 * len(extra))
    unknown = np.full(len(extra), np.nan)
    game = np.r_[boxes.game[rows], np.array([place for place, _ in extra], np.int64)]
    period = np.r_[boxes.period[rows], np.array([one.period for _, one in extra], np.int64)]
    player = rank[np.r_[boxes.player[rows], more[: len(extra)]]]
    team = rank[np.r_[boxes.team[rows], more[len(extra) :]]]
    order = np.lexsort((period, player, game))
    game, period, player, team = game[order], period[order], player[order], team[order]
    seconds, plus_minus = (np.r_[values[rows], unknown][order] for values in (boxes.seconds, boxes.plus_minus))
    line = np.concatenate([boxes.line[rows], np.full((len(extra), len(STATS)), np.nan)])[order]
    names = pa.array([one.player for _, one in extra], pa.string())
    home, away = (np.array([places.get(text or "", -2) for text in side], np.int64)[game] for side in teams.team_id)
    started = np.zeros(len(game), bool)
    for place, one in starters:
        started |= (game == place) & (period == one.period) & (player == places[one.player_id])
    texts = pa.array(list(places), pa.string())
    columns: dict[str, pa.Array] = {
        "game_id": pa.array([one.game_id for one in feed.games], pa.string()).take(pa.array(game)),
        "game_date": dates.take(pa.array(game)),
        "player_id": texts.take(pa.array(player)),
        "period": pa.array(period.astype(np.int16)),
        "player": pa.concat_arrays([boxes.name.take(pa.array(rows)).cast(pa.string()), names]).take(pa.array(order)),
        "team_id": texts.take(pa.array(team)),
        "home": pa.array(team == home, mask=(team != home) & (team != away)),
        "started": pa.array(started, mask=~started),
        "seconds": pa.array(seconds, mask=np.isnan(seconds)),
        "plus_minus": pa.array(np.nan_to_num(plus_minus).astype(np.int16), mask=np.isnan(plus_minus)),
        **stat_columns(line),
    }
    return assemble(spec, columns, len(game))


def _not_listed(boxes: BoxLines, rows: Int, starters: Sequence[tuple[int, Starter]]) -> list[tuple[int, Starter]]:
    """Overrides of players who are in no box of the period."""
    found = []
    for place, one in starters:
        own = rows[(boxes.game[rows] == place) & (boxes.period[rows] == one.period)]
        if one.player_id not in [boxes.ids[code] for code in boxes.player[own].tolist()]:
            found.append((place, one))
    return found

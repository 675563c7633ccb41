"""The enriched document: what is set as ``espn_features`` in the ``data`` of a game row.

One schema for every kind of document: all keys are always there, null where the kind cannot tell. The same input gives
the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

import msgspec
from msgspec.structs import astuple

from hooplake.features.extract import Tally
from hooplake.games.model import BoxLine, Game, TeamLine
from hooplake.games.seasons import season_label

FORMATS = {"page": 1, "summary": 2, "gamepackage": 2}
"""Format number of each kind of document."""

_STATUS_NAMES = {
    "scheduled": "STATUS_SCHEDULED", "in_progress": "STATUS_IN_PROGRESS", "final": "STATUS_FINAL",
    "forfeit": "STATUS_FORFEIT", "canceled": "STATUS_CANCELED", "postponed": "STATUS_POSTPONED",
    "delayed": "STATUS_DELAYED", "suspended": "STATUS_SUSPENDED",
}  # fmt: skip
_SHORTEST, _LONGEST = 60, 300
_TEN = 10


class GameInfo(msgspec.Struct, gc=False):
    """What the game is; dates as ISO text."""

    game_id: str
    game_date: str
    tipoff_utc: str | None
    league: str
    season: str
    season_year: int
    season_type: int | None
    status: str | None
    attendance: int | None
    broadcast: str | None
    sold_out: bool | None
    game_duration: int | None
    overtime: bool | None
    margin_of_victory: int | None
    neutral_site: bool | None


class ScoringSide(msgspec.Struct, gc=False):
    """Points of one team; ``quarters`` has every period played, in order."""

    team_id: str | None
    abbreviation: str | None
    quarters: list[int | None]
    total: int | None


class Scoring(msgspec.Struct, gc=False):
    """Points of both teams."""

    home: ScoringSide
    away: ScoringSide


class Venue(msgspec.Struct, gc=False):
    """Where the game is played."""

    name: str | None
    city: str | None
    state: str | None


class Official(msgspec.Struct, gc=False):
    """One official; no document carries a number."""

    name: str
    position: str | None
    number: str | None = None


class PlayerStats(msgspec.Struct, gc=False):
    """The 22 features of a player's line.

    The fields of this and of `Player` are in the order in which jsonb keeps keys: by length, then by name. Postgres
    sorts the keys of every object that it reads, and those that are in order take it a quarter less time.
    """

    fouls: int | None = None
    blocks: int | None = None
    points: int | None = None
    steals: int | None = None
    assists: int | None = None
    minutes: int | None = None
    rebounds: int | None = None
    turnovers: int | None = None
    plus_minus: int | None = None
    double_double: bool | None = None
    triple_double: bool | None = None
    field_goal_pct: float | None = None
    free_throw_pct: float | None = None
    three_point_pct: float | None = None
    field_goals_made: int | None = None
    free_throws_made: int | None = None
    defensive_rebounds: int | None = None
    offensive_rebounds: int | None = None
    three_pointers_made: int | None = None
    field_goals_attempted: int | None = None
    free_throws_attempted: int | None = None
    three_pointers_attempted: int | None = None


class Player(msgspec.Struct, gc=False):
    """One listed player; all stats are null where he did not play."""

    name: str | None
    stats: PlayerStats
    jersey: str | None
    starter: bool | None
    position: str | None
    player_id: str
    did_not_play: bool


class BoxSide(msgspec.Struct, gc=False):
    """Box of one team."""

    team_id: str | None
    team_name: str | None
    team_abbreviation: str | None
    players: list[Player]


class Box(msgspec.Struct, gc=False):
    """Box of both teams, matched by team id."""

    home: BoxSide
    away: BoxSide


class PlaysSummary(msgspec.Struct, gc=False):
    """How many plays there are, and of which types; the play rows are in ``gold.play_features``."""

    total_plays: int | None
    periods: int | None
    event_types: dict[str, int]


class SourceData(msgspec.Struct, gc=False):
    """Where the features come from."""

    source: str
    format: int
    kind: str
    original_game_id: str
    s3_key: str


class EspnFeatures(msgspec.Struct, gc=False):
    """The subtree ``espn_features``."""

    game_info: GameInfo
    scoring: Scoring
    venue: Venue
    officials: list[Official]
    box_score: Box
    plays_summary: PlaysSummary
    source_data: SourceData

    @property
    def feature_count(self) -> int:
        """How many feature values are known, comparable with the predecessor's counts.

        The non-null of nine fields of ``game_info`` and of the venue, 1 per side with a total, 1 for officials, 3 for
        plays, and every non-null stat of every player. Quarters, names and ids do not count.
        """
        info, venue = self.game_info, self.venue
        known = (
            info.game_id, info.game_date, info.season, info.season_year, info.season_type, info.attendance,
            info.broadcast, info.overtime, info.margin_of_victory, venue.name, venue.city, venue.state,
            self.scoring.home.total, self.scoring.away.total,
        )  # fmt: skip
        count = sum(value is not None for value in known) + bool(self.officials)
        if self.plays_summary.total_plays is not None:
            count += 3
        for side in (self.box_score.home, self.box_score.away):
            for player in side.players:
                if player.stats is not _NO_STATS:
                    stats = astuple(player.stats)
                    count += len(stats) - stats.count(None)
        return count

    def to_json(self) -> bytes:
        """The subtree as JSON, the same bytes for the same features. U+0000, which Postgres refuses, is U+FFFD."""
        body = _ENCODER.encode(self)
        if b"\\" in body and b"\\u0000" in body:  # one byte is found much faster, and hardly a body has it
            body = _ENCODER.encode(_without_nul(msgspec.to_builtins(self)))
        return body


_ENCODER = msgspec.json.Encoder()
_NO_STATS = PlayerStats()


def _without_nul(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    return value


def content_hash(body: bytes) -> str:
    """32 hexadecimal digits that change whenever the bytes of an enriched document do."""
    return blake2b(body, digest_size=16).hexdigest()


def enriched(game: Game, tally: Tally, *, key: str) -> EspnFeatures:
    """The enriched document of a game.

    Args:
        game: the game, from one or more documents.
        tally: its plays, counted.
        key: key of the raw object that rules.
    """
    home, away = game.home, game.away
    played = game.played
    home_total = home.score if played and home is not None else None
    away_total = away.score if played and away is not None else None
    tipoff = game.tipoff_utc
    kind = game.kinds[0]
    return EspnFeatures(
        GameInfo(
            game.game_id,
            game.game_date.isoformat(),
            tipoff.strftime("%Y-%m-%dT%H:%MZ") if tipoff is not None else None,
            game.league,
            season_label(game.league, game.season),
            game.season,
            season_type(game.season_type),
            _STATUS_NAMES.get(game.status),
            game.attendance,
            game.network,
            None,
            duration(tally.first, tally.last) if played else None,
            overtime(game),
            abs(home_total - away_total) if home_total is not None and away_total is not None else None,
            game.neutral_site,
        ),
        Scoring(_scoring(home, game, home_total), _scoring(away, game, away_total)),
        Venue(game.venue, game.venue_city, game.venue_state),
        [Official(row.official, row.position) for row in game.officials],
        Box(_box(home, game), _box(away, game)),
        PlaysSummary(tally.plays or None, tally.periods, tally.types),
        SourceData("ESPN", FORMATS[kind], kind, game.game_id, key),
    )


def season_type(number: int | None) -> int | None:
    """The season type, if it is one that holds games."""
    return number if number in (1, 2, 3, 5) else None


def duration(first: datetime | None, last: datetime | None) -> int | None:
    """Whole minutes from the first play to the last, rounded half up; None unless a game can have lasted so long."""
    if first is None or last is None:
        return None
    minutes = int((last - first).total_seconds() / 60 + 0.5)
    return minutes if _SHORTEST <= minutes <= _LONGEST else None


def overtime(game: Game) -> bool | None:
    """Whether there are more line scores than periods of regulation; None without line scores."""
    if not game.periods:
        return None
    return max(row.period for row in game.periods) > game.rules.regulation_periods


def share(made: int | None, attempted: int | None) -> float | None:
    """Made of attempted to three places, half away from zero; None where nothing was attempted."""
    if made is None or not attempted:
        return None
    return (2000 * made + attempted) // (2 * attempted) / 1000


def stats_of(line: BoxLine) -> PlayerStats:
    """The line of a player who played."""
    points, rebounds, assists, steals, blocks = line.points, line.reb, line.ast, line.stl, line.blk
    made, attempted, threes, threes_tried, free, free_tried = (
        line.fgm, line.fga, line.fg3m, line.fg3a, line.ftm, line.fta,
    )  # fmt: skip
    double = triple = None
    if points is not None:
        tens = (
            (points >= _TEN) + ((rebounds or 0) >= _TEN) + ((assists or 0) >= _TEN) + ((steals or 0) >= _TEN)
            + ((blocks or 0) >= _TEN)
        )  # fmt: skip
        double, triple = tens >= 2, tens >= 3
    return PlayerStats(
        line.pf, blocks, points, steals, assists, line.minutes, rebounds, line.tov, line.plus_minus,
        double, triple,
        share(made, attempted), share(free, free_tried), share(threes, threes_tried),
        made, free, line.dreb, line.oreb, threes, attempted, free_tried, threes_tried,
    )  # fmt: skip


def _scoring(team: TeamLine | None, game: Game, total: int | None) -> ScoringSide:
    if team is None:
        return ScoringSide(None, None, [], None)
    points = {row.period: row.points for row in game.periods if row.team_id == team.team_id}
    quarters = [points.get(period) for period in range(1, max(points, default=0) + 1)]
    return ScoringSide(team.team_id, team.abbr, quarters, total)


def _box(team: TeamLine | None, game: Game) -> BoxSide:
    if team is None:
        return BoxSide(None, None, None, [])
    shell = game.box_status == "shell"
    players = [
        Player(
            line.player,
            _NO_STATS if shell or line.did_not_play else stats_of(line),
            line.jersey,
            line.starter,
            line.position,
            line.player_id,
            line.did_not_play,
        )
        for line in game.players
        if line.team_id == team.team_id
    ]
    return BoxSide(team.team_id, team.team, team.abbr, players)

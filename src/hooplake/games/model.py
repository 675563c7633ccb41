"""The neutral model of a game: what every source is read into, and what silver rows are written from.

Field names are the column names of the silver tables. ``None`` means that the source does not tell.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from hooplake.games.leagues import Rules
from hooplake.games.plays import Plays, WinProbability

STATS: tuple[str, ...] = (
    "points", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "tov", "pf",
)  # fmt: skip
"""The 15 counting stats, in the order of every table and array."""

EVENTS: tuple[str, ...] = (
    "made_2", "made_3", "missed_2", "missed_3", "missed_heave", "made_ft", "missed_ft",
    "offensive_rebound", "defensive_rebound", "dead_ball_rebound", "turnover", "steal", "block",
    "foul", "double_foul", "technical_foul", "double_technical", "violation", "jump_ball",
    "timeout", "challenge", "review", "ejection", "substitution", "sub_in", "sub_out",
    "period_start", "period_end", "game_end", "placeholder", "unknown", "unmapped",
)  # fmt: skip
"""The event vocabulary: the values of ``silver.fct_plays.event``.

``placeholder`` is a row that a live feed fills in later, ``unknown`` a row that says nothing, ``unmapped`` a row of a
type that no table of ours knows: its effect, if any, is missing from the replay, and verification says so.
"""

SHOTS = frozenset({"made_2", "made_3", "missed_2", "missed_3", "missed_heave"})


class TeamLine(msgspec.Struct, gc=False, kw_only=True):
    """One team of a game and its official totals."""

    team_id: str
    team: str | None = None
    abbr: str | None = None
    location: str | None = None
    nickname: str | None = None
    color: str | None = None
    home: bool | None = None
    opponent_team_id: str | None = None
    score: int | None = None
    points: int | None = None
    fgm: int | None = None
    fga: int | None = None
    fg3m: int | None = None
    fg3a: int | None = None
    ftm: int | None = None
    fta: int | None = None
    oreb: int | None = None
    dreb: int | None = None
    reb: int | None = None
    ast: int | None = None
    stl: int | None = None
    blk: int | None = None
    tov: int | None = None
    pf: int | None = None
    team_turnovers: int | None = None
    total_turnovers: int | None = None
    technical_fouls: int | None = None
    flagrant_fouls: int | None = None
    points_off_turnovers: int | None = None
    fast_break_points: int | None = None
    points_in_paint: int | None = None
    largest_lead: int | None = None
    rank: int | None = None
    winner: bool | None = None


class BoxLine(msgspec.Struct, gc=False):
    """One listed player of a game and the official line, None throughout for a player who did not play.

    The fields may be given by their order, which is several times as fast; the line comes last.
    """

    team_id: str
    player_id: str
    player: str | None = None
    short_name: str | None = None
    jersey: str | None = None
    position: str | None = None
    home: bool | None = None
    starter: bool | None = None
    did_not_play: bool = False
    reason: str | None = None
    ejected: bool | None = None
    list_order: int | None = None
    minutes: int | None = None
    seconds: int | None = None
    points: int | None = None
    fgm: int | None = None
    fga: int | None = None
    fg3m: int | None = None
    fg3a: int | None = None
    ftm: int | None = None
    fta: int | None = None
    oreb: int | None = None
    dreb: int | None = None
    reb: int | None = None
    ast: int | None = None
    stl: int | None = None
    blk: int | None = None
    tov: int | None = None
    pf: int | None = None
    plus_minus: int | None = None


class PeriodScore(msgspec.Struct, gc=False):
    """Points of a team in a period."""

    team_id: str
    period: int
    home: bool | None
    points: int


class BettingLine(msgspec.Struct, gc=False, kw_only=True):
    """The line of one provider; spreads are home spreads (negative when the home team is favoured)."""

    provider_id: str
    provider: str | None = None
    details: str | None = None
    spread: float | None = None
    total: float | None = None
    home_moneyline: int | None = None
    away_moneyline: int | None = None
    home_spread_odds: int | None = None
    away_spread_odds: int | None = None
    over_odds: int | None = None
    under_odds: int | None = None
    open_spread: float | None = None
    open_total: float | None = None
    open_home_moneyline: int | None = None
    open_away_moneyline: int | None = None


class Official(msgspec.Struct, gc=False):
    """One official of a game."""

    official_order: int
    official: str
    position: str | None


class Injury(msgspec.Struct, gc=False, kw_only=True):
    """One entry of the injury report that came with a game."""

    team_id: str
    player_id: str
    report_num: int
    player: str | None = None
    status: str | None = None
    reported_utc: datetime | None = None
    injury: str | None = None
    detail: str | None = None
    side: str | None = None
    return_date: date | None = None


class SourceDocument(msgspec.Struct, gc=False):
    """A raw document of a game, and whether the game was read from it."""

    document: str
    kind: str
    receipt: int
    status: str
    used: bool


class Game(msgspec.Struct, gc=False, kw_only=True):
    """One game, read from one or more documents of one source."""

    league: str
    source: str
    season: int
    game_id: str
    game_date: date
    season_type: int | None
    tipoff_utc: datetime | None
    tipoff_known: bool | None
    status: str
    status_detail: str | None
    neutral_site: bool | None
    home: TeamLine | None
    away: TeamLine | None
    rules: Rules
    venue_id: str | None = None
    venue: str | None = None
    venue_city: str | None = None
    venue_state: str | None = None
    attendance: int | None = None
    network: str | None = None
    note: str | None = None
    box_status: str = "absent"
    players: list[BoxLine] = msgspec.field(default_factory=list)
    periods: list[PeriodScore] = msgspec.field(default_factory=list)
    plays: Plays = msgspec.field(default_factory=Plays.none)
    lines: list[BettingLine] = msgspec.field(default_factory=list)
    officials: list[Official] = msgspec.field(default_factory=list)
    win_probability: WinProbability = msgspec.field(default_factory=WinProbability.none)
    injuries: list[Injury] = msgspec.field(default_factory=list)
    kinds: tuple[str, ...] = ()
    documents: list[SourceDocument] = msgspec.field(default_factory=list)
    repairs: list[str] = msgspec.field(default_factory=list)

    @property
    def played(self) -> bool:
        """The game was played to its end."""
        return self.status == "final"

    @property
    def teams(self) -> list[TeamLine]:
        """Both teams, home first, those that the document names."""
        return [team for team in (self.home, self.away) if team is not None]

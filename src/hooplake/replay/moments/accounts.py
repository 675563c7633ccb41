"""The types of the answers about whole games: how the score came about, plays, lineups, the verdict on the replay."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from hooplake.replay.moments.answers import Side
from hooplake.replay.moments.rows import Rows


class ScoreChange(msgspec.Struct, frozen=True, kw_only=True):
    """An event that changed the score.

    Attributes:
        home_points: points it gave the home team.
        away_points: points it gave the away team.
        margin: home score less away score after it.
        player_id: the scorer; None for points that no play explains.
    """

    event_num: int
    period: int
    clock: str
    clock_seconds: float
    elapsed_seconds: float
    home_score: int
    away_score: int
    home_points: int
    away_points: int
    margin: int
    player_id: str | None
    description: str | None


class PlayerPoint(ScoreChange, frozen=True, kw_only=True):
    """The event with which a player reached a number of points.

    Attributes:
        points_before: his points before it.
        points_after: his points after it.
    """

    points_before: int
    points_after: int


class TimeLeading(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds that each side led, and that the score was even."""

    home_seconds: float
    away_seconds: float
    tied_seconds: float


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Points of one side without an answer.

    Attributes:
        side: who scored.
        team: abbreviation of the team.
        points: how many.
        start_event: first scoring event of the run; the other times are of it and of the last.
        home_score: score after the run.
        away_score: likewise.
    """

    side: Side
    team: str
    points: int
    start_event: int
    end_event: int
    start_period: int
    start_clock: str
    end_period: int
    end_clock: str
    seconds: float
    home_score: int
    away_score: int


class PlayerStint(msgspec.Struct, frozen=True, kw_only=True):
    """One unbroken stay of a player on court within a period.

    Attributes:
        start_event: first event of the stay.
        end_event: first event after the stay.
        starts_period: on court when the period began.
        start_inferred: which was inferred from the plays, not announced.
    """

    player_id: str
    player: str | None
    team_id: str
    home: bool
    stint_num: int
    period: int
    start_event: int
    end_event: int
    start_elapsed_seconds: float
    end_elapsed_seconds: float
    seconds: float
    points_for: int
    points_against: int
    plus_minus: int
    starts_period: bool
    start_inferred: bool


class LineupStint(msgspec.Struct, frozen=True, kw_only=True):
    """One unbroken stay of five players of a team within a period.

    Attributes:
        player_ids: the five, sorted by id.
        players: their names.
        start_event: first event of the stay.
        end_event: first event after it.
        net_points: points for less points against; free throws count for those on court at the foul.
        possessions: possessions of the team that ended with the five on court.
        opponent_possessions: likewise, of the other team.
    """

    side: Side
    team: str
    player_ids: tuple[str, ...]
    players: tuple[str, ...]
    period: int
    start_event: int
    end_event: int
    start_elapsed_seconds: float
    end_elapsed_seconds: float
    seconds: float
    points_for: int
    points_against: int
    net_points: int
    possessions: int
    opponent_possessions: int


class Lineup(msgspec.Struct, frozen=True, kw_only=True):
    """All stays of five players of a team together."""

    side: Side
    team: str
    player_ids: tuple[str, ...]
    players: tuple[str, ...]
    stints: int
    seconds: float
    points_for: int
    points_against: int
    net_points: int
    possessions: int
    opponent_possessions: int


class Play(msgspec.Struct, frozen=True, kw_only=True):
    """One play, with the score after it.

    Attributes:
        side: the acting team, None for neither.
    """

    event_num: int
    period: int
    clock: str
    clock_seconds: float
    elapsed_seconds: float
    event: str
    kind: str | None
    side: Side | None
    player1_id: str | None
    player2_id: str | None
    player3_id: str | None
    points: int
    home_score: int
    away_score: int
    description: str | None


class PeriodScore(msgspec.Struct, frozen=True, kw_only=True):
    """Points of both teams in one period."""

    period: int
    period_name: str
    home_points: int
    away_points: int


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One cell in which the replay and the official box differ, and why."""

    scope: str
    entity_id: str
    team_id: str | None
    player: str | None
    stat: str
    generated: int
    actual: int
    difference: int
    cause: str


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """How the replay compares with the official box.

    Attributes:
        facts: the row of ``gold.box_score_verification``, its JSON columns read.
        differences: every differing cell.
    """

    game_id: str
    quality_grade: str | None
    cells_compared: int
    cells_equal: int
    final_score_match: bool | None
    facts: dict[str, Any]
    differences: Rows[Difference]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a game was.

    Attributes:
        status: ``final``, ``in_progress``, ``scheduled`` ...
        home: abbreviation of the home team.
        home_score: score of the home team, so far or in the end; None where there is none.
        events: plays of the game. Without plays there is no figure below but the line score.
        line_score: points per period.
        lead_changes: changes of the leader.
        ties: how often the score was even again.
        home_largest_lead: largest lead of the home team.
        quality_grade: of the replay beside the official box, None where it cannot be told.
    """

    game_id: str
    league: str
    source: str
    season: int
    game_date: date | None
    status: str
    status_detail: str | None
    home: str
    away: str
    home_team: str | None
    away_team: str | None
    home_score: int | None
    away_score: int | None
    venue: str | None
    attendance: int | None
    events: int
    line_score: Rows[PeriodScore]
    lead_changes: int | None = None
    ties: int | None = None
    home_largest_lead: int | None = None
    away_largest_lead: int | None = None
    time_leading: TimeLeading | None = None
    biggest_run: Run | None = None
    quality_grade: str | None = None

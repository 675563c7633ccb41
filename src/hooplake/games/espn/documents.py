"""ESPN's game documents as typed structures: only the fields that are used, everything optional.

Three kinds carry a game (``kind`` below): the site API's ``summary``, the CDN's ``gamepackage`` (the same inside
``gamepackageJSON``) and the web ``page`` (``page.content.gamepackage``, with its own short names). Which one a file
is depends on how it was fetched, never on its season.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from hooplake.games.espn.nodes import Coordinate, Displayed, Node, Period, TypeRef, Venue
from hooplake.games.espn.page_documents import Page, PagePackage


class Ref(Node):
    """Anything that is only named by its id."""

    id: str | None = None


class Participant(Node):
    """A player in a play; the order of the list is the role."""

    athlete: Ref | None = None


class Play(Node):
    """One play of a summary or gamepackage."""

    id: str | None = None
    sequence_number: str | None = None
    type: TypeRef | None = None
    text: str | None = None
    away_score: int | None = None
    home_score: int | None = None
    period: Period | None = None
    clock: Displayed | None = None
    scoring_play: bool | None = None
    score_value: int | None = None
    team: Ref | None = None
    participants: list[Participant] | None = None
    wallclock: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    shooting_play: bool | None = None
    coordinate: Coordinate | None = None
    points_attempted: int | None = None


class Team(Node):
    """A team, as headers and boxes name it."""

    id: str | None = None
    uid: str | None = None
    location: str | None = None
    name: str | None = None
    abbreviation: str | None = None
    display_name: str | None = None
    color: str | None = None


class Competitor(Node):
    """A side of the header."""

    id: str | None = None
    home_away: str | None = None
    winner: bool | None = None
    team: Team | None = None
    score: str | None = None
    linescores: list[Displayed] | None = None
    rank: int | None = None


class StatusType(Node):
    """Status of a game."""

    id: str | None = None
    name: str | None = None
    state: str | None = None
    completed: bool | None = None
    detail: str | None = None


class Status(Node):
    """Status of a game and, while it is played, where it stands."""

    type: StatusType | None = None
    period: int | None = None
    display_clock: str | None = None


class _ShortName(Node):
    short_name: str | None = None


class _Market(Node):
    type: str | None = None


class Broadcast(Node):
    """One broadcast of the header."""

    type: _ShortName | None = None
    market: _Market | None = None
    media: _ShortName | None = None


class Competition(Node):
    """The game in the header."""

    id: str | None = None
    date: str | None = None
    time_valid: bool | None = None
    neutral_site: bool | None = None
    boxscore_source: str | None = None
    play_by_play_source: str | None = None
    competitors: list[Competitor] | None = None
    status: Status | None = None
    broadcasts: list[Broadcast] | None = None


class Season(Node):
    """Season of the header: ending year and type."""

    year: int | None = None
    type: int | None = None


class LeagueRef(Node):
    """League of the header."""

    id: str | None = None
    slug: str | None = None


class Header(Node):
    """Header of a summary or gamepackage."""

    id: str | None = None
    uid: str | None = None
    season: Season | None = None
    time_valid: bool | None = None
    competitions: list[Competition] | None = None
    league: LeagueRef | None = None
    game_note: str | None = None


class _Position(Node):
    name: str | None = None
    abbreviation: str | None = None


class Athlete(Node):
    """A player of the box."""

    id: str | None = None
    display_name: str | None = None
    short_name: str | None = None
    jersey: str | None = None
    position: _Position | None = None


class AthleteLine(Node):
    """A row of the box."""

    athlete: Athlete | None = None
    starter: bool | None = None
    did_not_play: bool | None = None
    ejected: bool | None = None
    reason: str | None = None
    stats: list[str | None] | None = None


class AthleteTable(Node):
    """The box of one team: column keys and rows."""

    keys: list[str] | None = None
    names: list[str] | None = None
    labels: list[str] | None = None
    athletes: list[AthleteLine] | None = None


class PlayersOfTeam(Node):
    """Player box of one team."""

    team: Team | None = None
    statistics: list[AthleteTable] | None = None
    home_away: str | None = None


class TeamStatistic(Node):
    """One team total."""

    name: str | None = None
    display_value: str | None = None


class StatisticsOfTeam(Node):
    """Team totals of one team."""

    team: Team | None = None
    home_away: str | None = None
    statistics: list[TeamStatistic] | None = None


class Boxscore(Node):
    """Player and team box."""

    players: list[PlayersOfTeam] | None = None
    teams: list[StatisticsOfTeam] | None = None


class OfficialRow(Node):
    """An official."""

    full_name: str | None = None
    display_name: str | None = None
    position: _Position | None = None
    order: int | None = None


class GameInfo(Node):
    """Venue, attendance and officials of a summary."""

    venue: Venue | None = None
    attendance: int | None = None
    officials: list[OfficialRow] | None = None


class FormatPart(Node):
    """Periods and their length in seconds."""

    periods: int | None = None
    clock: float | None = None


class Format(Node):
    """Rules of the clock, in summaries only."""

    regulation: FormatPart | None = None
    overtime: FormatPart | None = None


class Provider(Node):
    """A betting provider."""

    id: str | None = None
    name: str | None = None


class TeamOdds(Node):
    """Odds of one side."""

    money_line: float | None = None
    spread_odds: float | None = None


class _Quote(Node):
    line: str | None = None
    odds: str | None = None


class _Quotes(Node):
    close: _Quote | None = None
    open: _Quote | None = None


class _Sides(Node):
    home: _Quotes | None = None
    away: _Quotes | None = None
    over: _Quotes | None = None
    under: _Quotes | None = None


class Pick(Node):
    """The line of one provider."""

    provider: Provider | None = None
    details: str | None = None
    spread: float | None = None
    over_under: float | None = None
    over_odds: float | None = None
    under_odds: float | None = None
    home_team_odds: TeamOdds | None = None
    away_team_odds: TeamOdds | None = None
    moneyline: _Sides | None = None
    point_spread: _Sides | None = None
    total: _Sides | None = None


class WinProbabilityRow(Node):
    """Win probability after a play."""

    play_id: str | None = None
    home_win_percentage: float | None = None
    tie_percentage: float | None = None


class _Described(Node):
    description: str | None = None


class InjuryDetails(Node):
    """What is hurt."""

    type: str | None = None
    detail: str | None = None
    side: str | None = None
    return_date: str | None = None


class InjuryRow(Node):
    """One entry of the injury report."""

    status: str | None = None
    date: str | None = None
    athlete: Athlete | None = None
    details: InjuryDetails | None = None


class InjuriesOfTeam(Node):
    """Injury report of one team."""

    team: Ref | None = None
    injuries: list[InjuryRow] | None = None


class Meta(Node):
    """When the document was made."""

    last_updated_at: str | None = None


class Summary(Node):
    """A summary, or what a gamepackage holds inside."""

    header: Header | None = None
    boxscore: Boxscore | None = None
    plays: list[Play] | None = None
    game_info: GameInfo | None = None
    format: Format | None = None
    pickcenter: list[Pick] | None = None
    winprobability: list[WinProbabilityRow] | None = None
    injuries: list[InjuriesOfTeam] | None = None
    meta: Meta | None = None


class Document(Summary):
    """Any of the three kinds, as received."""

    game_id: str | int | None = None
    gamepackage: Summary | None = msgspec.field(default=None, name="gamepackageJSON")
    page: Page | None = None

    @property
    def kind(self) -> str | None:
        """``page``, ``gamepackage`` or ``summary``, tested in this order; None if it is none of them."""
        if self.page is not None and self.page.content is not None and self.page.content.gamepackage is not None:
            return "page"
        if self.gamepackage is not None:
            return "gamepackage"
        if self.header is not None and self.boxscore is not None:
            return "summary"
        return None

    @property
    def summary(self) -> Summary:
        """What a summary or gamepackage says of the game."""
        return self.gamepackage if self.gamepackage is not None else self

    @property
    def package(self) -> PagePackage:
        """What a page says of the game.

        Raises:
            AttributeError: the document is not a page.
        """
        return self.page.content.gamepackage  # type: ignore[union-attr, return-value]

"""Plays of a page: they have no type, participants, team or coordinate, so the text says what happened.

The acting player is the ``athlete`` of the row where there is one; other names are looked up in the box of the game.
A name that fits no player, or two, is left unknown.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from itertools import chain
from typing import Any

from hooplake.games.espn import play_types
from hooplake.games.espn.clock import clock_seconds
from hooplake.games.espn.nodes import Coordinate
from hooplake.games.espn.page_documents import PagePlay, PageShot
from hooplake.games.espn.plays import CODE, FARTHEST, LAST_PERIOD, LONGEST_TEXT, floor_part, worded_value
from hooplake.games.leagues import Rules
from hooplake.games.model import BoxLine, TeamLine
from hooplake.games.plays import Meaning, Plays, meaning_number

_MADE = re.compile(r"^(?P<who>.+?) (makes|made) (?P<what>.+)$", re.I)
_MISSED = re.compile(r"^(?P<who>.+?) (misses|missed) (?P<what>.+)$", re.I)
_BLOCKED = re.compile(r"^(?P<blocker>.+?) blocks (?P<who>.+?) ?'s? (?P<what>.+)$", re.I)
_ASSIST = re.compile(r"\((?P<who>[^()]+?) assists\)|assisted by (?P<by>.+?)\.?$", re.I)
_STEAL = re.compile(r"\((?P<who>[^()]+?) steals\)", re.I)
_SUB = re.compile(r"^(?P<who>.+?) enters the game for ?(?P<out>.*)$", re.I)
_REBOUND = re.compile(r"^(?P<who>.+?) (?P<side>offensive|defensive) (?P<team>team )?rebound", re.I)
_JUMP = re.compile(r"^(?P<who>.+?) vs\.? (?P<other>.+?) \((?P<gain>.+?) gains possession\)", re.I)
_DOUBLE = re.compile(r"^double (?P<kind>technical|personal)? ?foul: (?P<who>.+?) and (?P<other>.+)$", re.I)
_FOUL_ON = re.compile(r"^(?P<technical>technical )?foul on (?P<who>.+?)\.?$", re.I)
_PLACEHOLDER = re.compile(r"(?:.+ )?(?:(?P<made>makes)|misses) shot")
_LONGEST_NAME = 6
_SPACES = re.compile(r"\s+")


def folded(name: str) -> str:
    """A name without case, accents and double blanks, for comparing."""
    plain = unicodedata.normalize("NFKD", name)
    return _SPACES.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip().casefold()


class Roster:
    """Names of the game to player ids; a name that two team-mates share stands for nobody."""

    def __init__(self, players: list[BoxLine], plays: Iterable[PagePlay]) -> None:
        self._ids: dict[str, set[str]] = {}
        self.team_of: dict[str, str] = {line.player_id: line.team_id for line in players}
        for line in players:
            for name in (line.player, line.short_name):
                self._add(name, line.player_id)
        for play in plays:
            athlete = play.athlete
            if athlete is not None and athlete.id is not None:
                self._add(athlete.name or athlete.dsp_nm, athlete.id)

    def _add(self, name: str | None, player_id: str) -> None:
        if name:
            self._ids.setdefault(folded(name), set()).add(player_id)

    def leading(self, text: str, team: str | None) -> str | None:
        """The player whose name a text begins with, or None."""
        words = text.split()[:_LONGEST_NAME]
        names = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        return next((player for name in names if (player := self.find(name, team)) is not None), None)

    def find(self, name: str | None, team: str | None = None) -> str | None:
        """The player's id, or None. Of two namesakes the one of that team."""
        named = self._ids.get(folded(name), set()) if name else set()
        if len(named) > 1:
            named = {player for player in named if self.team_of.get(player) == team}
        return next(iter(named)) if len(named) == 1 else None


def spot(coordinate: Coordinate | None) -> tuple[float, float]:
    """Feet across the floor and along it; NaN where the chart has no spot, or one that is on no floor."""
    if coordinate is None or coordinate.x is None or coordinate.y is None:
        return math.nan, math.nan
    near = abs(coordinate.x) < FARTHEST and abs(coordinate.y) < FARTHEST
    return (coordinate.x, coordinate.y) if near else (math.nan, math.nan)


def read_page_plays(
    groups: list[list[PagePlay]],
    shots: list[PageShot],
    home: TeamLine | None,
    away: TeamLine | None,
    players: list[BoxLine],
    rules: Rules,
    college: bool,
) -> Plays:
    """Plays of a page as neutral columns, period by period in the order of the page."""
    rows: list[dict[str, Any]] = []
    roster = Roster(players, chain.from_iterable(groups))
    chart = {shot.id: shot for shot in shots if shot.id is not None}
    home_id, away_id = (team.team_id if team is not None else None for team in (home, away))
    sides = {"home": (home_id, away_id), "away": (away_id, home_id)}
    highest = 0
    for number, group in enumerate(groups, 1):
        for play in group:
            period = play.period.number if play.period is not None and play.period.number else number
            period = period if 1 <= period <= LAST_PERIOD else min(number, LAST_PERIOD)
            shot = chart.get(play.id) if play.id is not None else None
            total = (play.home_score or 0) + (play.away_score or 0)
            team_id, other_id = sides.get(play.home_away or "", (None, None))
            told = _Reading(play, shot, roster, team_id, other_id, total - highest, college)
            highest = max(highest, total)
            clock = play.clock.display_value if play.clock is not None else None
            seconds, length = clock_seconds(clock), rules.length(period)
            if seconds is not None and seconds > length:
                seconds = None
            if told.player1 is not None and told.player1 in roster.team_of:
                team_id = roster.team_of[told.player1]
            meaning = Meaning(CODE[told.event], told.kind, told.value, told.points, told.source)
            x, y = spot(shot.coordinate if shot is not None else None)
            values = {
                "play_id": play.id,
                "period": period,
                "clock": clock,
                "clock_seconds": seconds,
                "elapsed_seconds": None if seconds is None else rules.start(period) + length - seconds,
                "meaning": meaning_number(meaning),
                "type_id": shot.type.id if shot is not None and shot.type is not None else None,
                "type_text": shot.type.text if shot is not None and shot.type is not None else None,
                "description": play.text,
                "team_id": team_id,
                "home": team_id == home_id if team_id is not None and home_id is not None else None,
                "player1_id": told.player1,
                "player2_id": told.player2,
                "player3_id": told.player3,
                "home_score": play.home_score,
                "away_score": play.away_score,
                "x": x,
                "y": y,
                "source_row": len(rows),
            }
            rows.append(values)
    return Plays(**{name: [row.get(name) for row in rows] for name in Plays.__slots__})


class _Reading:
    """What the text of one play says, and how many points its score has more than any before it."""

    __slots__ = ("event", "kind", "player1", "player2", "player3", "points", "source", "value")

    def __init__(
        self,
        play: PagePlay,
        shot: PageShot | None,
        roster: Roster,
        team: str | None,
        other: str | None,
        gain: int,
        college: bool,
    ) -> None:
        text = " ".join((play.text or "")[:LONGEST_TEXT].split())
        lower = text.lower()
        athlete = play.athlete
        given = None
        if athlete is not None:
            given = athlete.id or roster.find(athlete.name or athlete.dsp_nm, team)
        if given is None and shot is not None and shot.athlete is not None:
            given = shot.athlete.id
        self.event = "unknown" if not text else "unmapped"
        self.kind: str | None = None
        self.player1: str | None = given
        self.player2: str | None = None
        self.player3: str | None = None
        self.value: int | None = None
        self.points = 0
        self.source: str | None = None
        blocked = _BLOCKED.match(text)
        made = None if blocked else _MADE.match(text)
        missed = blocked or (None if made else _MISSED.match(text))
        attempt = made or missed
        if placeholder := _PLACEHOLDER.fullmatch(lower):
            self.event, self.points = "placeholder", gain if placeholder["made"] and gain in (1, 2, 3) else 0
        elif attempt is not None and _is_shot(attempt["what"]):
            self.player1 = given or roster.find(attempt["who"], team)
            self._shot(shot, gain, college, made is not None, lower)
            if blocked is not None:
                # the row names the blocker; the athlete of the row may be either
                blocker = roster.find(blocked["blocker"], other)
                self.player1 = roster.find(blocked["who"], team) or (given if given != blocker else None)
                self.player2 = blocker
            elif made is not None and self.event != "made_ft":
                assist = _ASSIST.search(text)
                if assist is not None:
                    self.player2 = roster.find(assist["who"] or assist["by"], team)
        else:
            self._other(text, lower, given, roster, team, other, college)

    def _shot(self, shot: PageShot | None, gain: int, college: bool, made: bool, lower: str) -> None:
        if "free throw" in lower:
            self.event, self.kind = ("made_ft" if made else "missed_ft"), play_types.free_throw_kind(None, lower)
            self.value, self.points = 1, int(made)
            return
        if "heave" in lower and not made:
            self.event, self.kind, self.value, self.source = "missed_heave", "heave", 3, "type"
            return
        type_id = shot.type.id if shot is not None and shot.type is not None else None
        x, y = spot(shot.coordinate if shot is not None else None)
        self.value, self.source = worded_value(type_id, lower, floor_part(x, y), college)
        if made and self.source != "text" and gain in (2, 3):
            self.value, self.source = gain, "score"
        self.event = f"{'made' if made else 'missed'}_{self.value}"
        self.points = self.value if made else 0

    def _other(
        self,
        text: str,
        lower: str,
        given: str | None,
        roster: Roster,
        team: str | None,
        other: str | None,
        college: bool,
    ) -> None:
        if substitution := _SUB.match(text):
            self.event = "substitution"
            self.player1 = roster.find(substitution["who"], team) or given
            self.player2 = roster.find(substitution["out"], team)
            if self.player1 is None or (substitution["out"] and self.player2 is None):
                self.kind = "unresolved"
        elif rebound := _REBOUND.match(text):
            self.event = f"{rebound['side'].lower()}_rebound"
            self.player1 = None if rebound["team"] else given or roster.find(rebound["who"], team)
        elif jump := _JUMP.match(text):
            self.event = "jump_ball"
            self.player1, self.player2, self.player3 = (roster.find(jump[n]) for n in ("who", "other", "gain"))
        elif double := _DOUBLE.match(text):
            self.event = "double_foul" if (double["kind"] or "").lower() == "personal" else "double_technical"
            self.player1, self.player2 = roster.find(double["who"]), roster.find(double["other"])
        elif foul := _FOUL_ON.match(text):
            self.event, self.kind = "foul", "technical" if foul["technical"] else "personal"
            self.player1 = given or roster.find(foul["who"], team)
        else:
            worded = play_types.by_words(lower)
            if worded is None:
                return
            self.event, self.kind = worded
            if college and self.event == "technical_foul":
                self.event = "foul"
            if self.event == "substitution" and "subbing" in lower:
                self.event = "sub_out" if "subbing out" in lower else "sub_in"
            self.player1 = given or roster.leading(text, team)
            if self.event == "turnover":
                steal = _STEAL.search(text)
                self.player2 = roster.find(steal["who"], other) if steal is not None else None


def _is_shot(what: str) -> bool:
    return bool(
        re.search(r"shot|jumper|layup|dunk|free throw|hook|tip|finger roll|fade|point|heave|floater", what, re.I)
    )

"""Play rows of the college dialects: steals and blocks are rows of their own, fouls have no kind.

| dialect | what is particular |
|---|---|
| 2009, 2013 | other ids for shots; one id for fouls and turnovers, told apart by the text; rows without text |
| 2023 | no substitutions; the value of a missed shot in ``scoreValue`` |
| 2026 | substitutions with one player a row, coordinates; the men's texts are like the professional ones |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from hooplake.simulate.draft import Draft, Play
from hooplake.simulate.shots import SHOTS
from hooplake.simulate.truth import Event
from hooplake.simulate.words import ORDINALS, clock_text

_CENTRE: Final = {"x": 25, "y": 0}
_SHOTS: Final = {
    "jumper": ("558", "JumpShot", "Jumper"),
    "layup": ("572", "LayUpShot", "Layup"),
    "dunk": ("574", "DunkShot", "Dunk"),
    "tip": ("437", "TipShot", "Two Point Tip Shot"),
}
_OLD_SHOTS: Final = {
    "jumper": ("20558", "JumpShot", "Jumper"),
    "layup": ("20424", "LayupShot", "Layup"),
    "dunk": ("20574", "DunkShot", "Dunk"),
    "tip": ("20437", "TipShot", "Tip Shot"),
}
_SHORT: Final = {
    "586": "Rebound", "587": "Rebound", "449": "Rebound", "598": "Turnover", "607": "Steal", "618": "Blocked Shot",
    "519": "Foul", "521": "Foul", "579": "Timeout", "580": "Timeout", "584": "Substitution", "615": "Jump Ball",
    "402": "End of Game",
}  # fmt: skip


@dataclass(slots=True)
class _Row:
    type_id: str
    type_text: str
    text: str | None
    team: int
    player: int = -1
    other: int = -1
    value: int = 0
    scored: bool = False
    shoots: bool = False
    spot: dict[str, int] | None = None


class CollegeRows:
    """Turns events into rows of a college dialect."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._era = draft.era
        self._old = draft.era < "2015"
        self._recent = draft.era >= "2026"
        # Since 2025-26 the men's texts follow the professional ones, the women's do not.
        self._modern = self._recent and draft.rules.league == "mbb"
        self._schools = (draft.fixture.home.location, draft.fixture.away.location)
        self._teams = ({"id": draft.fixture.home.id}, {"id": draft.fixture.away.id})
        self._people = [{"athlete": {"id": player.id}} for player in draft.truth.players]
        self._random = draft.random.random

    def plays(self, event: Event) -> list[Play]:
        """The rows of an event, without numbers and times."""
        write = _WRITERS.get(event.event)
        return [self._play(event, row) for row in write(self, event)] if write is not None else []

    def substitutions(self, group: list[Event], before: tuple[tuple[int, ...], tuple[int, ...]]) -> list[Play]:
        """The rows of the changes of one dead ball: per team all who leave, then all who come."""
        if not self._recent:
            return []
        rows: list[Play] = []
        event = group[-1]
        for side in dict.fromkeys(e.team for e in group):
            school = self._schools[side]
            was, now = before[side], event.fives[side]
            for word, players in (("out", [p for p in was if p not in now]), ("in", [p for p in now if p not in was])):
                rows += [
                    self._play(
                        event, _Row("584", "Substitution", f"{self._name(p)} subbing {word} for {school}", side, p)
                    )
                    for p in players
                ]
        return rows

    def start(self, event: Event) -> list[Play]:
        """The row before the first event of a recent document."""
        if not self._recent:
            return []
        row = self._play(event, _Row("615", "Jumpball", "Start game", -1))
        row["awayScore"] = row["homeScore"] = 0
        return [row]

    def _name(self, player: int) -> str:
        return self._draft.names[player]

    def _play(self, event: Event, row: _Row) -> Play:
        play: Play = {
            "id": "",
            "sequenceNumber": "",
            "type": {"id": row.type_id, "text": row.type_text},
        }
        if row.text is not None:
            play["text"] = row.text
        play |= {
            "awayScore": event.away,
            "homeScore": event.home,
            "period": None,
            "clock": None,
            "scoringPlay": row.scored,
            "scoreValue": row.value,
        }
        if row.team >= 0:
            play["team"] = self._teams[row.team]
        if row.player >= 0:
            people = [self._people[row.player]]
            if row.other >= 0:
                people.append(self._people[row.other])
            play["participants"] = people
        play["wallclock"] = ""
        play["shootingPlay"] = row.shoots
        if self._recent:
            play["coordinate"] = row.spot or _CENTRE
            play["pointsAttempted"] = row.value
            play["shortDescription"] = self._short(event, row)
        return play

    def _short(self, event: Event, row: _Row) -> str:
        if not row.shoots:
            if row.type_id == "412":
                half = event.period * 2 == self._draft.rules.periods
                return "Halftime" if half else f"End of {ORDINALS[event.period]}"
            return _SHORT.get(row.type_id, "")
        if row.scored or not self._modern:
            return f"+{row.value} Point{'s' if row.value > 1 else ''}"
        return {1: "Missed FT", 2: "Missed FG", 3: "Missed 3PT"}[row.value]

    def _shot(self, event: Event) -> list[_Row]:
        made = event.event.startswith("made")
        three = event.event.endswith("3")
        shot = SHOTS[event.shot]
        name = self._name(event.player1)
        assister = event.player2 if made else -1
        value = 3 if three else 2
        if self._old:
            type_id, type_text, word = _OLD_SHOTS[shot.college]
            if three:
                type_id, type_text, word = "30558", "Three Point Jump Shot", "Three Point Jumper"
            elif self._era == "2009":
                word = f"Two Point {word}" + (" Shot" if shot.college == "dunk" else "")
            text = f"{name} {'made' if made else 'missed'} {word}."
            text += f"  Assisted by {self._name(assister)}." if assister >= 0 else ""
            value = value if made else 0
        elif self._modern:
            type_id, type_text, _ = _SHOTS[shot.college]
            feet = f"{event.feet}-foot " if self._random() < shot.shows_feet or three else ""
            words = shot.words if made else shot.missed
            if three and "three" not in words:
                words = "three point jumper"
            text = f"{name} {'makes' if made else 'misses'} {feet}{words}"
            text += f" ({self._name(assister)} assists)" if assister >= 0 else ""
        else:
            type_id, type_text, word = _SHOTS[shot.college]
            word = "Three Point Jumper" if three else word
            text = f"{name} {'made' if made else 'missed'} {word}."
            text += f" Assisted by {self._name(assister)}." if assister >= 0 else ""
        spot = {"x": event.x, "y": event.y}
        rows = [_Row(type_id, type_text, text, event.team, event.player1, assister, value, made, True, spot)]
        if not made and event.player2 >= 0:
            block = _Row("618", "Block Shot", f"{self._name(event.player2)} Block.", 1 - event.team, event.player2)
            rows.insert(0 if self._random() < 0.1 else 1, block)
        return rows

    def _free_throw(self, event: Event) -> list[_Row]:
        made = event.event == "made_ft"
        name = self._name(event.player1)
        if self._modern:
            kind = f"{event.kind} " if event.kind == "technical" else ""
            text = f"{name} {'makes' if made else 'misses'} {kind}free throw {event.nth} of {event.of}"
        else:
            text = f"{name} {'made' if made else 'missed'} Free Throw."
        type_id, type_text = ("97", "Free Throw 1 of 1") if self._old else ("540", "MadeFreeThrow")
        value = 1 if made or not self._old else 0
        return [_Row(type_id, type_text, text, event.team, event.player1, -1, value, made, True)]

    def _rebound(self, event: Event) -> list[_Row]:
        offensive = event.event == "offensive_rebound"
        type_id, word = ("586", "Offensive Rebound") if offensive else ("587", "Defensive Rebound")
        who = self._name(event.player1) if event.player1 >= 0 else self._schools[event.team]
        return [_Row(type_id, word, f"{who} {word}.", event.team, event.player1)]

    def _dead_ball_rebound(self, event: Event) -> list[_Row]:
        if self._old:
            return [_Row("0", "Not Available", None, event.team)]
        text = f"{self._schools[event.team]} Deadball Team Rebound."
        return [_Row("449", "Dead Ball Rebound", text, event.team)]

    def _turnover(self, event: Event) -> list[_Row]:
        spot = {"x": event.x, "y": event.y + 30 * self._recent}
        type_id, type_text = ("601", "Foul Turnover") if self._old else ("598", "Lost Ball Turnover")
        player = event.player1
        if player < 0:
            text = "team  shot clock turnover " if self._modern else f"{self._schools[event.team]}  Turnover."
        elif self._modern:
            text = f"{self._name(player)} {'bad pass' if 'pass' in event.kind else 'lost ball'}\nturnover"
        else:
            text = f"{self._name(player)} Turnover."
        rows = [_Row(type_id, type_text, text, event.team, player, spot=spot)]
        if event.player2 >= 0:
            steal = _Row("607", "Steal", f"{self._name(event.player2)} Steal.", 1 - event.team, event.player2)
            rows.insert(0 if self._random() < 0.1 else 1, steal)
        return rows

    def _foul(self, event: Event) -> list[_Row]:
        name = self._name(event.player1)
        if self._old:
            return [_Row("601", "Foul Turnover", f"Foul on {name}", event.team, event.player1)]
        spot = {"x": event.x, "y": event.y + 30}
        return [_Row("519", "PersonalFoul", f"Foul on {name}.", event.team, event.player1, spot=spot)]

    def _technical(self, event: Event) -> list[_Row]:
        return self._technical_on(event.team, event.player1)

    def _double_technical(self, event: Event) -> list[_Row]:
        return self._technical_on(event.team, event.player1) + self._technical_on(1 - event.team, event.player2)

    def _technical_on(self, team: int, player: int) -> list[_Row]:
        if self._old:
            # Those files know only fouls; a coach's technical is not in them.
            return [_Row("601", "Foul Turnover", f"Foul on {self._name(player)}", team, player)] if player >= 0 else []
        who = self._name(player) if player >= 0 else self._schools[team]
        return [_Row("521", "Technical Foul", f"Technical Foul on {who}.", team, player)]

    def _timeout(self, event: Event) -> list[_Row]:
        if event.kind == "official":
            text = (
                "Official TV Timeout"
                if self._recent
                else "Official TV Timeout."
                if self._old
                else " Official TV Timeout"
            )
            return [_Row("580", "OfficialTVTimeOut", text, 0 if self._old else -1)]
        school = self._schools[event.team]
        if self._old:
            return [_Row("578", "RegularTimeOut", f"{school} Full Timeout.", event.team)]
        return [_Row("579", "ShortTimeOut", f"{school} {'' if self._recent else ' '}Timeout", event.team)]

    def _jump_ball(self, event: Event) -> list[_Row]:
        if not self._recent:
            return []
        first = event.num == 0
        rows = []
        for word, side, player in (
            ("won", event.team, (event.player1, event.player2)[event.team]),
            ("lost", 1 - event.team, (event.player1, event.player2)[1 - event.team]),
        ):
            text = f"Jump Ball {word} by {self._schools[side]}"
            rows.append(_Row("615", "Jumpball", text, side, player if first else -1))
        return rows

    def _period_end(self, event: Event) -> list[_Row]:
        periods = self._draft.rules.periods
        extra = event.period - periods
        if extra > 0:
            name = f"{ORDINALS[extra]} Overtime"
        else:
            word = "Half" if periods == 2 else "Quarter"
            name = f"{ORDINALS[event.period]} {word.lower() if periods == 2 and not self._old else word}"
        text = f"End of the {name}." if self._old else f"End of {name}"
        return [_Row("412", "End Period", text, -1)]

    def _game_end(self, event: Event) -> list[_Row]:
        return [_Row("402", "End Game", "End Game" if self._old else "End of Game", -1)]


_WRITERS: Final = {
    "made_2": CollegeRows._shot, "made_3": CollegeRows._shot, "missed_2": CollegeRows._shot,
    "missed_3": CollegeRows._shot, "made_ft": CollegeRows._free_throw, "missed_ft": CollegeRows._free_throw,
    "offensive_rebound": CollegeRows._rebound, "defensive_rebound": CollegeRows._rebound,
    "dead_ball_rebound": CollegeRows._dead_ball_rebound, "turnover": CollegeRows._turnover,
    "foul": CollegeRows._foul, "technical_foul": CollegeRows._technical,
    "double_technical": CollegeRows._double_technical, "timeout": CollegeRows._timeout,
    "jump_ball": CollegeRows._jump_ball, "period_end": CollegeRows._period_end, "game_end": CollegeRows._game_end,
}  # fmt: skip


def college_rows(draft: Draft) -> None:
    """Fill in the rows of a draft up to its last event, without numbers and times."""
    writer = CollegeRows(draft)
    events = draft.truth.events[: draft.last_event + 1]
    plays: list[Play] = []
    sources: list[int] = []
    clocks: dict[int, dict[str, str]] = {}
    fives: Any = draft.truth.periods[0].opening
    period = 1
    place = 0
    while place < len(events):
        event = events[place]
        if event.period != period:
            period = event.period
            fives = draft.truth.periods[period - 1].opening
        if event.event == "substitution":
            group = []
            while place < len(events) and events[place].event == "substitution":
                group.append(events[place])
                place += 1
            event = group[-1]
            rows = writer.substitutions(group, fives)
        else:
            rows = writer.plays(event)
            if place == 0:
                rows = writer.start(event) + rows
            place += 1
        fives = event.fives
        clock = clocks.setdefault(event.clock, {"displayValue": clock_text(event.clock, False)})
        for row in rows:
            row["clock"] = clock
            plays.append(row)
            sources.append(event.num)
    draft.plays = plays
    draft.sources = sources

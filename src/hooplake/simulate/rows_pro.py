"""Play rows of the professional leagues: structured, with type ids and participants."""

from __future__ import annotations

from typing import Any

from hooplake.simulate.draft import Draft, Play
from hooplake.simulate.shots import HEAVE, SHOTS
from hooplake.simulate.truth import Event
from hooplake.simulate.words import (
    CHALLENGES,
    FOULS,
    FREE_THROWS,
    ORDINALS,
    REVIEWS,
    TECHNICALS,
    TURNOVERS,
    VIOLATIONS,
    clock_text,
)

NOWHERE = {"x": -214748340, "y": -214748365}
_SCORING = {"made_2": 2, "made_3": 3, "made_ft": 1}
_ATTEMPTS = {"made_2": 2, "made_3": 3, "made_ft": 1, "missed_2": 2, "missed_3": 3, "missed_ft": 1, "missed_heave": 3}
_SHORT = {
    "made_2": "+2 Points", "made_3": "+3 Points", "made_ft": "+1 Point", "missed_2": "Missed FG",
    "missed_3": "Missed 3PT", "missed_heave": "Missed 3PT", "missed_ft": "Missed FT", "offensive_rebound": "Rebound",
    "defensive_rebound": "Rebound", "dead_ball_rebound": "Rebound", "turnover": "Turnover", "foul": "Foul",
    "technical_foul": "Foul", "double_technical": "Foul", "violation": "Violation", "jump_ball": "Jump Ball",
    "timeout": "Timeout", "challenge": "Challenge", "review": "Challenge", "substitution": "Substitution",
    "period_end": "End Period", "game_end": "End of Game",
}  # fmt: skip


class ProRows:
    """Turns events into rows of the professional dialect."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        home, away = draft.fixture.home, draft.fixture.away
        self._teams = ({"id": home.id}, {"id": away.id})
        self._nicknames = (home.nickname, away.nickname)
        self._people = [{"athlete": {"id": player.id}} for player in draft.truth.players]
        self._coaches = ({"athlete": {"id": home.coach_id}}, {"athlete": {"id": away.coach_id}})
        self._random = draft.random.random
        self._spot: Any = NOWHERE
        # Documents fetched since the end of 2025 say what a shot was worth, and speak a little differently.
        self._recent = draft.era >= "2026"

    def _person(self, player: int) -> dict[str, Any]:
        return self._people[player] if player >= 0 else self._coaches[-2 - player]

    def row(self, event: Event) -> Play | None:
        """The row of an event, without id, sequence number, period and wall clock; None when it has none."""
        write = _WRITERS.get(event.event)
        if write is None:
            return None
        type_id, type_text, text, people, spot = write(self, event)
        value = _SCORING.get(event.event, 0)
        play: Play = {
            "id": "",
            "sequenceNumber": "",
            "type": {"id": type_id, "text": type_text},
            "text": text,
            "awayScore": event.away,
            "homeScore": event.home,
            "period": None,
            "clock": None,
            "scoringPlay": value > 0,
            "scoreValue": value,
        }
        if event.team >= 0:
            play["team"] = self._teams[event.team]
        if people:
            play["participants"] = [self._person(player) for player in people]
        play["wallclock"] = ""
        play["shootingPlay"] = event.event in _ATTEMPTS
        play["coordinate"] = spot
        if self._recent:
            play["pointsAttempted"] = _ATTEMPTS.get(event.event, 0)
            play["shortDescription"] = _SHORT[event.event]
        return play

    def _shot(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        shot = SHOTS[event.shot]
        names = self._draft.names
        shooter, other = event.player1, event.player2
        self._spot = spot = {"x": event.x, "y": event.y}
        made = event.event in _SCORING
        type_id, type_text, words = shot.id, shot.text, shot.words if made else shot.missed
        feet = f"{event.feet}-foot " if self._random() < shot.shows_feet else ""
        if event.event == "missed_3" and event.shot == HEAVE:
            type_id, type_text, words, feet = "92", "Jump Shot", "three point jumper", f"{event.feet}-foot "
        if not made and other >= 0:
            text = f"{names[other]} blocks {names[shooter]} 's {event.feet}-foot {words}"
            return type_id, type_text, text, (shooter, other), spot
        text = f"{names[shooter]} {'makes' if made else 'misses'} {feet}{words}"
        if other >= 0:
            return type_id, type_text, f"{text} ({names[other]} assists)", (shooter, other), spot
        return type_id, type_text, text, (shooter,), spot

    def _free_throw(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        type_id, type_text = FREE_THROWS[event.kind, event.nth, event.of]
        verb = "makes" if event.event == "made_ft" else "misses"
        name = self._draft.names[event.player1]
        self._spot = NOWHERE
        if event.kind == "technical":
            return type_id, type_text, f"{name} {verb} technical free throw", (event.player1,), NOWHERE
        flagrant = "flagrant " if event.kind == "flagrant" else ""
        text = f"{name} {verb} free throw {flagrant}{event.nth} of {event.of}"
        return type_id, type_text, text, (event.player1,), NOWHERE

    def _rebound(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        defensive = event.event == "defensive_rebound"
        type_id, type_text = ("155", "Defensive Rebound") if defensive else ("156", "Offensive Rebound")
        word = "defensive" if defensive else "offensive"
        if event.player1 < 0:
            return type_id, type_text, f"{self._nicknames[event.team]} {word} team rebound", (), self._spot
        name = self._draft.names[event.player1]
        return type_id, type_text, f"{name} {word} rebound", (event.player1,), self._spot

    def _turnover(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        type_id, type_text, words = TURNOVERS[event.kind]
        spot = NOWHERE if event.kind == "lane_violation" else {"x": event.x, "y": event.y}
        if event.player1 < 0:
            return type_id, type_text, words, (), spot
        if self._recent and event.kind == "bad_pass":
            words = "bad pass\nturnover"
        text = f"{self._draft.names[event.player1]} {words}"
        if event.player2 >= 0:
            text = f"{text} ({self._draft.names[event.player2]} steals)"
            return type_id, type_text, text, (event.player1, event.player2), spot
        return type_id, type_text, text, (event.player1,), spot

    def _foul(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        type_id, type_text, words = FOULS[event.kind]
        text = f"{self._draft.names[event.player1]} {words}"
        return type_id, type_text, text, (event.player1,), {"x": event.x, "y": event.y}

    def _technical(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        type_id, type_text, words = TECHNICALS[event.kind]
        return type_id, type_text, f"{self._draft.person(event.player1)[1]} {words}", (event.player1,), NOWHERE

    def _double_technical(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        names = self._draft.names
        text = f"Double technical foul: {names[event.player1]} and {names[event.player2]}"
        return "30", "Double Technical Foul", text, (event.player1, event.player2), NOWHERE

    def _violation(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        type_id, type_text, words = VIOLATIONS[event.kind]
        if event.player1 < 0:
            return type_id, type_text, f"{self._nicknames[event.team]} {words}", (), NOWHERE
        return type_id, type_text, f"{self._draft.names[event.player1]} {words}", (event.player1,), NOWHERE

    def _jump_ball(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        names = self._draft.names
        one, other, gainer = event.player1, event.player2, event.player3
        text = f"{names[one]} vs. {names[other]} ({names[gainer]} gains possession)"
        return "615", "Jumpball", text, (one, other, gainer), NOWHERE

    def _timeout(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        return "16", "Full Timeout", f"{self._nicknames[event.team]} Full timeout", (), NOWHERE

    def _challenge(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        type_id, type_text, words, price = CHALLENGES[event.kind]
        team = self._nicknames[event.team]
        text = f"({_bracket_clock(event.clock)}) [{team}] COACH'S CHALLENGE ({words}) [{team}] {price}"
        return type_id, type_text, text, (), NOWHERE

    def _review(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        type_id, type_text, words = REVIEWS[event.kind]
        team = self._nicknames[event.num % 2]
        text = f"({_bracket_clock(event.clock)}) [{team}] REF-INITIATED REVIEW ({words})"
        return type_id, type_text, text, (), NOWHERE

    def _substitution(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        names = self._draft.names
        text = f"{names[event.player1]} enters the game for {names[event.player2]}"
        return "584", "Substitution", text, (event.player1, event.player2), NOWHERE

    def _period_end(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        extra = event.period - self._draft.rules.periods
        name = f"{ORDINALS[extra]}  Overtime" if extra > 0 else f"{ORDINALS[event.period]} Quarter"
        return "412", "End Period", f"End of the {name}", (), NOWHERE

    def _game_end(self, event: Event) -> tuple[str, str, str, tuple[int, ...], Any]:
        return "402", "End Game", "End of Game", (), NOWHERE


_WRITERS = {
    "made_2": ProRows._shot, "made_3": ProRows._shot, "missed_2": ProRows._shot, "missed_3": ProRows._shot,
    "missed_heave": ProRows._shot, "made_ft": ProRows._free_throw, "missed_ft": ProRows._free_throw,
    "offensive_rebound": ProRows._rebound, "defensive_rebound": ProRows._rebound,
    "dead_ball_rebound": ProRows._rebound, "turnover": ProRows._turnover, "foul": ProRows._foul,
    "technical_foul": ProRows._technical, "double_technical": ProRows._double_technical,
    "violation": ProRows._violation, "jump_ball": ProRows._jump_ball, "timeout": ProRows._timeout,
    "challenge": ProRows._challenge, "review": ProRows._review, "substitution": ProRows._substitution,
    "period_end": ProRows._period_end, "game_end": ProRows._game_end,
}  # fmt: skip


def _bracket_clock(tenths: int) -> str:
    """The clock in the brackets of a challenge: ``07:23``, ``00:32.8``."""
    if tenths < 600 and tenths % 10:
        return f"00:{tenths // 10:02d}.{tenths % 10}"
    seconds = tenths // 10
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def pro_rows(draft: Draft) -> None:
    """Fill in the rows of a draft up to its last event, without numbers and times."""
    writer = ProRows(draft)
    events = draft.truth.events
    plays: list[Play] = []
    sources: list[int] = []
    shows_tenths = draft.rules.shows_tenths
    clocks: dict[int, dict[str, str]] = {}
    for event in events[: draft.last_event + 1]:
        play = writer.row(event)
        if play is None:
            continue
        clock = clocks.get(event.clock)
        if clock is None:
            clock = clocks[event.clock] = {"displayValue": clock_text(event.clock, shows_tenths)}
        play["clock"] = clock
        plays.append(play)
        sources.append(event.num)
    draft.plays = plays
    draft.sources = sources

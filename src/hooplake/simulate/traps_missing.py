"""Traps that take rows away, or leave them without a player."""

from __future__ import annotations

from random import Random

from hooplake.simulate.draft import PLUS_MINUS, TENTHS, Draft
from hooplake.simulate.rows_editing import choose, event_of, plays_of, remove, rows_of, score_key
from hooplake.simulate.truth import AST, FG3A, FG3M, FGA, FGM, FTA, FTM, POINTS, Event


def _lose_basket(draft: Draft, event: Event, cause: str) -> None:
    """Say that nothing tells of a basket any more."""
    three = event.event == "made_3"
    lose = draft.lose
    lose(event.player1, POINTS, 3 if three else 2, cause)
    lose(event.player1, FGM, 1, cause)
    lose(event.player1, FGA, 1, cause)
    if three:
        lose(event.player1, FG3M, 1, cause)
        lose(event.player1, FG3A, 1, cause)
    if event.player2 >= 0:
        lose(event.player2, AST, 1, cause)
    for player in (*event.fives[0], *event.fives[1]):
        draft.forget(player, PLUS_MINUS, cause)


def _leaves_traces(draft: Draft, event: Event) -> bool:
    """Whether those who take part in a basket do something else in its period, so that their being there is known."""
    counts: dict[int, int] = {}
    period = draft.truth.periods[event.period - 1]
    for other in draft.truth.events[period.first : period.last + 1]:
        if other.event in ("made_2", "made_3", "missed_2", "missed_3", "made_ft", "missed_ft", "defensive_rebound"):
            for player in (other.player1, other.player2):
                counts[player] = counts.get(player, 0) + 1
    return all(counts.get(player, 0) > 2 for player in (event.player1, event.player2) if player >= 0)


def missing_baskets(draft: Draft, random: Random) -> bool:
    """One or two baskets of one player without rows."""
    by_player: dict[int, list[int]] = {}
    for row in rows_of(draft, "made_2", "made_3"):
        event = event_of(draft, row)
        if event is not None and _leaves_traces(draft, event):
            by_player.setdefault(event.player1, []).append(row)
    if not by_player:
        return False
    rows = by_player[random.choice(sorted(by_player))]
    for row in sorted(random.sample(rows, k=min(2, len(rows))), reverse=True):
        event = event_of(draft, row)
        remove(draft, row)
        if event is not None:
            _lose_basket(draft, event, "missing_play")
    return True


def last_basket_missing(draft: Draft, random: Random) -> bool:
    """The last basket of the game has left no sign in the plays."""
    plays = plays_of(draft)
    scoring = [row for row, play in enumerate(plays) if play["scoringPlay"]]
    row = scoring[-1]
    event = event_of(draft, row)
    if event is None:
        return False
    gone = remove(draft, row)
    for play in plays[row:]:
        play[score_key(event.team)] -= 1 if event.event == "made_ft" else gone["scoreValue"]
    if event.event == "made_ft":
        draft.lose(event.player1, POINTS, 1, "missing_play")
        draft.lose(event.player1, FTM, 1, "missing_play")
        draft.lose(event.player1, FTA, 1, "missing_play")
        for player in range(len(draft.truth.players)):
            draft.forget(player, PLUS_MINUS, "missing_play")
    else:
        _lose_basket(draft, event, "missing_play")
    return True


def placeholder(draft: Draft, random: Random) -> bool:
    """A basket that nobody made yet."""
    row = choose(random, rows_of(draft, "made_2", "made_3"))
    event = event_of(draft, row) if row is not None else None
    if row is None or event is None:
        return False
    play = plays_of(draft)[row]
    play["type"] = {"id": "91", "text": "No Shot (Default Shot)"}
    play["text"] = "makes shot"
    del play["participants"]
    _lose_basket(draft, event, "placeholder_play")
    return True


def missing_substitution(draft: Draft, random: Random) -> bool:
    """A substitution without a row."""
    row = choose(random, rows_of(draft, "substitution"))
    if row is None:
        return False
    team = remove(draft, row)["team"]["id"]
    side = int(team == draft.fixture.away.id)
    for player in range(len(draft.truth.players)):
        if draft.truth.side(player) == side:
            draft.forget(player, TENTHS, "lineup")
        draft.forget(player, PLUS_MINUS, "lineup")
    return True

"""A reader of play rows, written from the reference alone: the 15 counting stats, and who is on court.

It knows nothing of the simulator, so that what it finds can be held against what the simulator says is true.
"""

from __future__ import annotations

import json
from collections import defaultdict
from math import hypot
from typing import Any

STATS = (
    "points", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "tov", "pf",
)  # fmt: skip
PERSONAL = {"44", "45", "43", "42", "24", "22", "257", "40", "32", "519", "521"}
TURNOVERS = {
    "62", "63", "90", "87", "84", "64", "86", "72", "67", "65", "66", "71", "73", "74", "77", "82", "70", "69", "68", "598",
}  # fmt: skip
FREE_THROWS = {"97", "98", "99", "100", "101", "102", "103", "104", "105", "106", "157", "165", "166", "540"}


def inner(document: bytes) -> dict[str, Any]:
    """The part of a summary or gamepackage that the paths of a summary lead to."""
    whole: dict[str, Any] = json.loads(document)
    return whole.get("gamepackageJSON", whole)


def seconds(text: str) -> float:
    if ":" in text:
        minutes, rest = text.split(":")
        return 60 * int(minutes) + int(rest)
    return float(text)


def is_three(play: dict[str, Any]) -> bool:
    text = play["text"].lower()
    if play["scoringPlay"] or play["scoreValue"]:
        return play["scoreValue"] == 3
    if "pointsAttempted" in play:
        return play["pointsAttempted"] == 3
    if "three point" in text or play["type"]["id"] == "30558":
        return True
    if "two point" in text or play["type"]["id"] in ("92", "131") or "coordinate" not in play:
        return False
    x, y = play["coordinate"]["x"], play["coordinate"]["y"]
    if abs(x - 25) >= 22 and y <= 8:
        return True
    feet = next((int(word[:-5]) for word in text.split() if word.endswith("-foot")), None)
    return feet >= 24 if feet is not None else hypot(x - 25, y) >= 23.5


def read_stats(plays: list[dict[str, Any]], college: bool) -> dict[str, dict[str, int]]:
    """The counting stats of every player named in the rows; equal rows count once."""
    lines: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(STATS, 0))
    seen: dict[str, dict[str, Any]] = {}

    def add(player: str | None, *stats: str, amount: int = 1) -> None:
        if player is not None:
            for stat in stats:
                lines[player][stat] += amount

    for play in plays:
        if seen.get(play["id"]) == play:
            continue
        seen[play["id"]] = play
        kind = play["type"]["id"]
        text = " ".join(play.get("text", "").split())
        people = [p["athlete"]["id"] for p in play.get("participants", [])]
        first, second = (*people, None, None)[:2]
        if play["shootingPlay"] and (kind in FREE_THROWS or "free throw" in text.lower()):
            add(first, "fta")
            if play["scoringPlay"]:
                add(first, "ftm", "points")
        elif play["shootingPlay"] and kind != "282":
            three = is_three(play)
            add(first, "fga", *(["fg3a"] if three else []))
            if play["scoringPlay"]:
                add(first, "fgm", *(["fg3m"] if three else []))
                add(first, "points", amount=3 if three else 2)
                add(second, "ast")
            else:
                add(second, "blk")
        elif kind in ("155", "587"):
            add(first, "dreb", "reb")
        elif kind in ("156", "586"):
            add(first, "oreb", "reb")
        elif kind in TURNOVERS or (kind == "601" and "Turnover" in text):
            add(first, "tov")
            add(second, "stl")
        elif kind == "607":
            add(first, "stl")
        elif kind == "618":
            add(first, "blk")
        elif kind in PERSONAL or (kind == "601" and text.startswith("Foul on")):
            add(first, "pf")
    return {player: line for player, line in lines.items() if any(line.values())}


def read_seconds(
    plays: list[dict[str, Any]], rosters: tuple[set[str], set[str]], length: int
) -> dict[str, float] | None:
    """Seconds on court by inferred starters; None where a team does not have five.

    Args:
        length: seconds of a period of regulation; an overtime is told by its name.
    """
    total: dict[str, float] = defaultdict(float)
    numbers = sorted({play["period"]["number"] for play in plays})
    for number in numbers:
        rows = [play for play in plays if play["period"]["number"] == number]
        whole = 300.0 if "OT" in rows[0]["period"]["displayValue"] else float(length)
        for roster in rosters:
            five = _starters(rows, roster)
            if len(five) != 5:
                return None
            since = dict.fromkeys(five, whole)
            at = 0
            while at < len(rows):
                come, go, clock, last = _changes(rows, at, roster)
                for player in go - come:
                    total[player] += since.pop(player, clock) - clock
                for player in come - go:
                    since.setdefault(player, clock)
                at = last
            for player, start in since.items():
                total[player] += start
            if len(since) != 5:
                return None
    return total


def _changes(rows: list[dict[str, Any]], at: int, roster: set[str]) -> tuple[set[str], set[str], float, int]:
    """Who comes and goes in the row ``at``, or in all one-player rows from there on."""
    come: set[str] = set()
    go: set[str] = set()
    clock = seconds(rows[at]["clock"]["displayValue"])
    last = at
    while last < len(rows) and rows[last]["type"]["id"] == "584" and rows[last]["clock"] == rows[at]["clock"]:
        people = [p["athlete"]["id"] for p in rows[last]["participants"]]
        if "enters the game" in rows[last]["text"]:
            if len(people) == 2 and people[0] in roster:
                come.add(people[0])
                go.add(people[1])
            return come, go, clock, last + 1
        if people[0] in roster:
            (come if "subbing in" in " ".join(rows[last]["text"].split()) else go).add(people[0])
        last += 1
    return come, go, clock, max(last, at + 1)


def _starters(rows: list[dict[str, Any]], roster: set[str]) -> set[str]:
    """Who acts or goes out before he comes in."""
    found: set[str] = set()
    entered: set[str] = set()
    for play in rows:
        kind = play["type"]["id"]
        people = [p["athlete"]["id"] for p in play.get("participants", [])]
        if kind == "584":
            words = " ".join(play["text"].split())
            if "enters the game" in words:
                if len(people) == 2:
                    if people[1] in roster and people[1] not in entered:
                        found.add(people[1])
                    entered.add(people[0])
            elif people[0] in roster and "subbing out" in words and people[0] not in entered:
                found.add(people[0])
            elif "subbing in" in words:
                entered.add(people[0])
        elif kind not in ("35", "30", "521", "8", "9", "10", "12"):
            found |= {p for p in people if p in roster and p not in entered}
    return found

"""Player and team boxes: columns are found by name, since their order depends on when the document was fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter

from hooplake.games.espn.documents import AthleteLine, Boxscore, StatisticsOfTeam
from hooplake.games.espn.page_documents import PageBox, PageLine
from hooplake.games.model import STATS, BoxLine, TeamLine

_PAIRS = {
    "fieldGoalsMade-fieldGoalsAttempted": ("fgm", "fga"),
    "threePointFieldGoalsMade-threePointFieldGoalsAttempted": ("fg3m", "fg3a"),
    "freeThrowsMade-freeThrowsAttempted": ("ftm", "fta"),
}
_SINGLES = {
    "minutes": "minutes", "offensiveRebounds": "oreb", "defensiveRebounds": "dreb", "rebounds": "reb",
    "assists": "ast", "steals": "stl", "blocks": "blk", "turnovers": "tov", "fouls": "pf",
    "plusMinus": "plus_minus", "points": "points",
}  # fmt: skip
_LABELS = {
    "MIN": "minutes", "FG": "fieldGoalsMade-fieldGoalsAttempted", "FT": "freeThrowsMade-freeThrowsAttempted",
    "3PT": "threePointFieldGoalsMade-threePointFieldGoalsAttempted", "OREB": "offensiveRebounds",
    "DREB": "defensiveRebounds", "REB": "rebounds", "AST": "assists", "STL": "steals", "BLK": "blocks",
    "TO": "turnovers", "PF": "fouls", "+/-": "plusMinus", "PTS": "points",
}  # fmt: skip
_TEAM_SINGLES = {
    "totalRebounds": "reb", "offensiveRebounds": "oreb", "defensiveRebounds": "dreb", "assists": "ast",
    "steals": "stl", "blocks": "blk", "turnovers": "tov", "fouls": "pf", "teamTurnovers": "team_turnovers",
    "totalTurnovers": "total_turnovers", "flagrantFouls": "flagrant_fouls", "turnoverPoints": "points_off_turnovers",
    "fastBreakPoints": "fast_break_points", "pointsInPaint": "points_in_paint", "largestLead": "largest_lead",
}  # fmt: skip

_CLOCK = re.compile(r"(\d{1,3}):(\d{2})")
_MOST_READ, _LONGEST = 20_000, 16  # texts that are remembered, and their letters


class _Integers(dict[str | None, int | None]):
    """Whole numbers by their texts, each read once: the texts of all boxes are a few hundred."""

    def __missing__(self, text: str | None) -> int | None:
        number = _integer(text)
        if len(self) < _MOST_READ and len(text or "") < _LONGEST:
            self[text] = number
        return number


class _Pairs(dict[str | None, tuple[int | None, int | None]]):
    """Made and attempted by their texts, each read once."""

    def __missing__(self, text: str | None) -> tuple[int | None, int | None]:
        made, dash, attempted = (text or "").partition("-")
        found = (_integer(made), _integer(attempted)) if dash else (None, None)
        if len(self) < _MOST_READ and len(text or "") < _LONGEST:
            self[text] = found
        return found


def _integer(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        number = int(text)
    except ValueError:
        return None
    return number if -32768 <= number <= 32767 else None


integer = _Integers().__getitem__
"""A whole number from box text (``7``, ``+8``, ``-7``); None for ``--``, ``-``, blanks and anything else."""

pair = _Pairs().__getitem__
"""Made and attempted from ``7-13``."""


def count(text: str | None) -> int | None:
    """A whole number that counts something; None for a negative one too, by which the source says "not known"."""
    number = integer(text)
    return number if number is not None and number >= 0 else None


def _minutes(text: str | None) -> int | None:
    """Whole minutes; ``45:58`` is rounded half up, as the source rounds."""
    found = _CLOCK.fullmatch(text.strip()) if text and ":" in text else None
    if found is not None:
        return (int(found.group(1)) * 60 + int(found.group(2)) + 30) // 60
    return integer(text)


_LINE = BoxLine.__struct_fields__[BoxLine.__struct_fields__.index("minutes") :]
"""The numbers of a line, which are the last fields of :class:`hooplake.games.model.BoxLine`, in their order."""
_NOTHING = (None,) * len(_LINE)

_Read = Callable[[Sequence[str | None]], tuple[int | None, ...]]


@lru_cache(maxsize=512)
def _reader(keys: tuple[str, ...]) -> _Read:
    """How to read a row of these columns: into the numbers of a line, None for those without a column."""
    named = [(place, _LABELS.get(key, key)) for place, key in enumerate(keys)]
    width = len(keys)
    places = {_SINGLES[key]: place for place, key in named if key in _SINGLES}
    pairs = [(place, *_PAIRS[key]) for place, key in named if key in _PAIRS]
    for number, (_, made, attempted) in enumerate(pairs):  # what pairs hold follows the columns
        places[made], places[attempted] = width + 2 * number, width + 2 * number + 1
    minutes = places.get("minutes")
    nothing = width + 2 * len(pairs)
    pick = itemgetter(*(places.get(name, nothing) for name in _LINE))

    def read(stats: Sequence[str | None]) -> tuple[int | None, ...]:
        if len(stats) < width:
            return _reader(keys[: len(stats)])(stats)
        numbers = list(map(integer, stats[:width]))
        for place, _, _ in pairs:
            numbers += pair(stats[place])
        numbers.append(None)
        if minutes is not None:
            numbers[minutes] = _minutes(stats[minutes])
        return pick(numbers)  # type: ignore[no-any-return]

    return read


def _told(keys: Sequence[str]) -> set[str]:
    """The numbers of a line that these columns hold."""
    names = [_LABELS.get(key, key) for key in keys]
    return {name for key in names for name in _PAIRS.get(key, (_SINGLES.get(key, ""),))}


def _columns(*candidates: Sequence[str] | None) -> tuple[str, ...]:
    """The first list of column names that is there; keys are exact, names and labels go through the label map."""
    for candidate in candidates:
        if candidate:
            return tuple(candidate)
    return ()


def read_players(box: Boxscore | None, sides: dict[str, bool]) -> list[BoxLine]:
    """Player lines of a summary or gamepackage, as listed; rows without a player id are left out."""
    lines: list[BoxLine] = []
    for block in (box.players if box is not None else None) or ():
        team_id = block.team.id if block.team is not None else None
        if team_id is None:
            continue
        for table in block.statistics or ():
            read = _reader(_columns(table.keys, table.names, table.labels))
            for row in table.athletes or ():
                line = _player(row, team_id, sides.get(team_id), len(lines), read)
                if line is not None:
                    lines.append(line)
    return _once(lines)


def _player(
    row: AthleteLine,
    team_id: str,
    home: bool | None,
    order: int,
    read: _Read,
) -> BoxLine | None:
    athlete = row.athlete
    if athlete is None or athlete.id is None:
        return None
    line = read(row.stats) if row.stats and not row.did_not_play else _NOTHING
    silent = line == _NOTHING  # a row of dashes is no line
    return BoxLine(
        team_id,
        athlete.id,
        athlete.display_name,
        athlete.short_name,
        athlete.jersey,
        athlete.position.abbreviation if athlete.position is not None else None,
        home,
        row.starter,
        silent,
        row.reason if silent else None,
        row.ejected,
        order,
        *line,
    )


def read_page_players(boxes: list[PageBox], sides: dict[str, bool]) -> list[BoxLine]:
    """Player lines of a page: starters and bench are tables of their own."""
    lines: list[BoxLine] = []
    for box in boxes:
        team_id = box.tm.id if box.tm is not None else None
        if team_id is None:
            continue
        for table in box.stats or ():
            read = _reader(_columns(table.keys, table.lbls))
            for row in table.athlts or ():
                line = _page_player(row, team_id, sides.get(team_id), len(lines), table.type, read)
                if line is not None:
                    lines.append(line)
    return _once(lines)


def _page_player(
    row: PageLine,
    team_id: str,
    home: bool | None,
    order: int,
    table_type: str | None,
    read: _Read,
) -> BoxLine | None:
    athlete = row.athlt
    if athlete is None or athlete.id is None:
        return None
    line = read(row.stats) if row.stats else _NOTHING
    silent = line == _NOTHING
    return BoxLine(
        team_id,
        athlete.id,
        athlete.dsp_nm,
        athlete.shrt_nm,
        athlete.jersey,
        None,
        home,
        table_type == "starters" if table_type is not None else None,
        silent,
        row.dnp_rsn if silent else None,
        None,
        order,
        *line,
    )


def _once(lines: list[BoxLine]) -> list[BoxLine]:
    """Each player once per team: of two rows of one player the one with a line is kept, else the first."""
    kept: dict[tuple[str, str], BoxLine] = {}
    for line in lines:
        key = (line.team_id, line.player_id)
        before = kept.get(key)
        if before is None or (before.did_not_play and not line.did_not_play):
            kept[key] = line
    return list(kept.values()) if len(kept) != len(lines) else lines


def opponents(home: TeamLine | None, away: TeamLine | None) -> tuple[TeamLine | None, TeamLine | None]:
    """Both teams, each told who the other is; where they have one id, it is not known who played."""
    if home is not None and away is not None:
        if home.team_id == away.team_id:
            return None, None
        home.opponent_team_id, away.opponent_team_id = away.team_id, home.team_id
    return home, away


def read_team_totals(line: TeamLine, blocks: list[StatisticsOfTeam]) -> None:
    """Fill a team's line from the team totals that carry its id.

    Points of the line are the header's score. ``-1`` is the source's mark for a figure that it does not have.
    """
    for block in blocks:
        if block.team is None or block.team.id != line.team_id:
            continue
        technical = total_technical = None
        for statistic in block.statistics or ():
            name = statistic.name or ""
            if name in _PAIRS:
                made, attempted = _PAIRS[name]
                values = pair(statistic.display_value)
                setattr(line, made, values[0])
                setattr(line, attempted, values[1])
            elif name in _TEAM_SINGLES:
                setattr(line, _TEAM_SINGLES[name], count(statistic.display_value))
            elif name == "technicalFouls":
                technical = count(statistic.display_value)
            elif name == "totalTechnicalFouls":
                total_technical = count(statistic.display_value)
        line.technical_fouls = total_technical if total_technical is not None else technical
    if line.fgm is not None and line.points is None:
        line.points = line.score


def read_page_totals(line: TeamLine, boxes: list[PageBox]) -> None:
    """Fill a team's line from the totals row of a page, whose columns are those of its player tables."""
    for box in boxes:
        if box.tm is None or box.tm.id != line.team_id:
            continue
        labels: tuple[str, ...] = ()
        for table in box.stats or ():
            labels = _columns(table.keys, table.lbls) or labels
            if table.ttls and labels:
                told = _told(labels[: len(table.ttls)])
                for name, value in zip(_LINE, _reader(labels)(table.ttls), strict=True):
                    if name in told and name in STATS:
                        setattr(line, name, value)


def box_status(lines: list[BoxLine], score: int | None, final: bool) -> str:
    """``absent``, ``partial`` (not final), ``shell`` (a score, but zeros in every line) or ``full``."""
    played = [line for line in lines if not line.did_not_play]
    if not played:
        return "absent"
    if not final:
        return "partial"
    if (score or 0) > 0 and sum(line.points or 0 for line in played) == 0:
        return "shell"
    return "full"

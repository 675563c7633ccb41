"""Gates: what the first stage must hold before a table of the second is made of it, edge by edge and row by row.

Which tables a table reads is known from its query. Here stands what each of them must hold to be read: the share of its
rows that must be there, and what a row must tell. An input that falls short on a date closes its readers from that date
on, and what is made of those; dates before it, and other tables, are built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from hooplake.errors import ConfigError
from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE, Cell, Range, tables_named

if TYPE_CHECKING:
    import pyarrow as pa

NULL_BUDGET = 0.05
"""Share of the rows of a date that may lack what readers need."""


class Need(NamedTuple):
    """What an input must hold on every date.

    Attributes:
        percent: rows there of rows due.
        lacking: condition in SQL on a row that does not tell what readers need, though no reason excuses it.
        what: the columns, for a person.
    """

    percent: float
    lacking: str
    what: str


NEEDS: Mapping[str, Need] = {
    "gold.team_offense_game_summary": Need(
        100, "fg_attempts is null or possessions is null", "fg_attempts, possessions"
    ),
    "gold.team_defense_game_summary": Need(
        100, "opp_paint_attempts = 0 or opp_fg_attempts is null", "opp_paint_attempts, opp_fg_attempts"
    ),
    "gold.player_game_summary": Need(
        95, "not is_dnp and (points is null or seconds_played is null)", "points, seconds_played"
    ),
    "gold.upcoming_team_game_context": Need(
        100, "team_days_rest is null and game_number_in_season > 1", "team_days_rest"
    ),
    "gold.upcoming_player_game_context": Need(98, "player_id is null", "player_id"),
}
"""Of the tables of the first stage. Zones may be NULL, with a reason; they are never 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """An edge that is shut from a date on.

    Attributes:
        league, source, season: of which partition.
        reader: the table that waits.
        table: the input that falls short.
        day: the first date on which it does.
        present, expected: its rows on that date.
        detail: what is wrong.
    """

    league: str
    source: str
    season: int
    reader: str
    table: str
    day: date
    present: int
    expected: int
    detail: str

    @property
    def place(self) -> tuple[str, str, int]:
        """The partition."""
        return (self.league, self.source, self.season)


def edges_named(names: Sequence[str]) -> frozenset[tuple[str, str]]:
    """The edges (input, reader) of texts ``INPUT`` (all its readers) or ``INPUT:READER``.

    Raises:
        UnknownTable: a name is none of the ten.
        ConfigError: the reader does not read the input.
    """
    found: set[tuple[str, str]] = set()
    for text in names:
        first, _, last = text.partition(":")
        (table,) = tables_named([first])
        readers = set(tables_named([last])) if last else set(PRECOMPUTE)
        read = {reader for reader in readers if table in inputs_of(reader)}
        if last and not read:
            raise ConfigError(f"{last} does not read {first}: it reads {', '.join(sorted(inputs_of(*readers)))}")
        found |= {(table, reader) for reader in read}
    return frozenset(found)


def inputs_of(*readers: str) -> set[str]:
    """The tables of the ten that some of them read, by their queries."""
    from hooplake.tables.pipeline import steps

    read = {table for step in steps() if step.name in readers for table in step.inputs}
    return read & {*ANALYTICS, *PRECOMPUTE}


def shut_edges(
    ask: Callable[[str], pa.Table], cells: Sequence[Cell], chosen: Range, allowed: frozenset[tuple[str, str]]
) -> list[Shut]:
    """The edges into the second stage that are shut, each from the first date on which its input falls short.

    Args:
        ask: answers questions over the lake.
        cells: the grid of the first stage; what is there of it is counted anew.
        chosen: the leagues, seasons and last date that the grid is of.
        allowed: edges that are open whatever their input holds.
    """
    short: dict[tuple[str, str, str, int], tuple[Cell, str]] = {}
    for cell, detail in _short(ask, cells, chosen):
        key = (cell.table, cell.league, cell.source, cell.season)
        if key not in short or cell.day < short[key][0].day:
            short[key] = (cell, detail)
    return [
        Shut(
            league=cell.league, source=cell.source, season=cell.season, reader=reader, table=cell.table, day=cell.day,
            present=cell.present, expected=cell.expected, detail=detail,
        )
        for reader in PRECOMPUTE
        for _, (cell, detail) in sorted(short.items(), key=lambda item: item[0])
        if cell.table in inputs_of(reader) and (cell.table, reader) not in allowed
    ]  # fmt: skip


def first_waiting(shut: Iterable[Shut]) -> dict[tuple[str, str, int], dict[str, date]]:
    """Per partition and table of the second stage the first date that waits; what reads a table that waits, waits too."""
    found: dict[tuple[str, str, int], dict[str, date]] = {}
    for edge in shut:
        days = found.setdefault(edge.place, {})
        days[edge.reader] = min(days.get(edge.reader, edge.day), edge.day)
    for days in found.values():
        changed = True
        while changed:
            changed = False
            for reader in PRECOMPUTE:
                waits = [days[table] for table in inputs_of(reader) if table in days]
                first = min(waits, default=None)
                if first is not None and (reader not in days or first < days[reader]):
                    days[reader], changed = first, True
    return found


def _short(ask: Callable[[str], pa.Table], cells: Sequence[Cell], chosen: Range) -> Iterable[tuple[Cell, str]]:
    """The cells that fall short of what is needed, and why; what is there is counted now, whenever the grid was read."""
    facts = _facts(ask, chosen)
    games = {_where(cell): cell.expected // 2 for cell in cells if cell.table == "gold.team_offense_game_summary"}
    due = {(cell.table, *_where(cell)) for cell in cells}
    strays = [
        Cell(league, source, season, day, table, 3, 0, 0, 0, 0, None)
        for table, league, source, season, day in sorted(facts.keys() - due)
    ]
    for cell in (*cells, *strays):
        need, where = NEEDS[cell.table], _where(cell)
        cell.present, lacking, own_games = facts.get((cell.table, *where), (0, 0, 0))
        if cell.present > cell.expected:
            yield cell, "rows that are not due"
        elif 100 * cell.present < need.percent * cell.expected:
            yield cell, f"{cell.present} of {cell.expected} rows, {need.percent:g} % are needed"
        elif cell.table == "gold.player_game_summary" and own_games < games.get(where, 0):
            yield cell, f"{own_games} of {games[where]} games"
        elif lacking > NULL_BUDGET * cell.present:
            yield cell, f"{lacking} of {cell.present} rows do not tell {need.what}"


def _where(cell: Cell) -> tuple[str, str, int, date]:
    return (cell.league, cell.source, cell.season, cell.day)


def _facts(
    ask: Callable[[str], pa.Table], chosen: Range
) -> dict[tuple[str, str, str, int, date], tuple[int, int, int]]:
    """Per table of the first stage and date: its rows, those of them that lack what readers need, and their games."""
    queries = [
        f"""select '{table}' as table_name, league, source, season, game_date, count(*) as rows,
            sum(case when {need.lacking} then 1 else 0 end) as lacking, count(distinct game_id) as games
        from {table} where {chosen.where()} group by league, source, season, game_date"""
        for table, need in NEEDS.items()
    ]
    return {
        (row["table_name"], row["league"], row["source"], row["season"], row["game_date"]): (
            row["rows"],
            int(row["lacking"]),
            row["games"],
        )
        for row in ask(" union all ".join(queries)).to_pylist()
    }

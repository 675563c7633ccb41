"""Answers about a game as a person reads them: box scores, plays, lineups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hooplake.cli.output import Output
from hooplake.games.model import STATS
from hooplake.replay.moments.accounts import Lineup, PeriodScore, Play, Run, Summary, Verification
from hooplake.replay.moments.answers import Box, BoxLine, GameState, Span, Split, StatLine
from hooplake.replay.moments.game import GameView
from hooplake.replay.moments.names import Player, Team
from hooplake.replay.moments.rows import Rows, plain
from hooplake.replay.moments.text import clock_text, period_name

_FIGURES = ("PTS", "FG", "3P", "FT", "OREB", "DREB", "REB", "AST", "STL", "BLK", "TO", "PF")
_PLAIN = ("oreb", "dreb", "reb", "ast", "stl", "blk", "tov", "pf")


class Printer:
    """Prints answers about a game.

    Attributes:
        out: where to.
    """

    plain = staticmethod(plain)

    def __init__(self, out: Output) -> None:
        self.out = out

    def summary(self, summary: Summary) -> None:
        """The first page of a game."""
        say, home, away = self.out.say, summary.home, summary.away
        say(f"{summary.away_team or away} at {summary.home_team or home}")
        facts = (summary.game_date, summary.status_detail or summary.status, summary.venue)
        say(", ".join(str(fact) for fact in facts if fact))
        say()
        periods = summary.line_score
        self.out.table(
            ["", *(period.period_name for period in periods), "T"],
            [
                (away, *(period.away_points for period in periods), summary.away_score),
                (home, *(period.home_points for period in periods), summary.home_score),
            ],
        )
        if summary.time_leading is None:
            say("No plays, so nothing more is known of this game.")
            return
        say()
        say(f"Lead changes {summary.lead_changes}, ties {summary.ties}")
        say(f"Largest lead: {away} {summary.away_largest_lead}, {home} {summary.home_largest_lead}")
        time = summary.time_leading
        say(
            f"Time leading: {away} {clock_text(round(time.away_seconds))}, {home} "
            f"{clock_text(round(time.home_seconds))}, tied {clock_text(round(time.tied_seconds))}"
        )
        if summary.biggest_run is not None:
            run = summary.biggest_run
            first, last = (periods[period - 1].period_name for period in (run.start_period, run.end_period))
            say(f"Biggest run: {run.team} {run.points}-0, {first} {run.start_clock} to {last} {run.end_clock}")
        say(f"{summary.events} events, replay grade {summary.quality_grade or 'none (cannot be verified)'}")

    def state(self, state: GameState) -> None:
        """Score, last play and lineups at a moment."""
        self.out.say(str(state))
        if state.event is not None:
            self.out.say(f"Event {state.event_num}: {state.description or state.event}")
        if state.possession is not None:
            self.out.say(f"Ball: {state.home if state.possession == 'home' else state.away}")
        for team, five in ((state.away, state.away_on_court), (state.home, state.home_on_court)):
            self.out.say(f"{team} on court: {_names(five)}")

    def box(self, game: GameView, box: Box, only: BoxLine | None) -> None:
        """The box of both teams at a moment, or the line of one player; * marks who is on court."""
        self.out.say(str(box))
        if only is not None:
            self._table("PLAYER", [(only.player or only.player_id, only)])
            return
        for team, lines in ((game.away, box.away_lines), (game.home, box.home_lines)):
            self._team(team, lines, box.away_score if team is game.away else box.home_score)
        self._others([line for line in box.lines if line.home is None])

    def span(self, game: GameView, span: Span, only: StatLine | None) -> None:
        """What happened between two moments."""
        score = f"{game.away} {span.away_points}, {game.home} {span.home_points}"
        self.out.say(f"{score}, from {span.start} to {span.end}")
        self._lines(game, span.lines, (span.away_points, span.home_points), only)

    def split(self, game: GameView, split: Split, only: StatLine | None) -> None:
        """What happened in situations of one kind."""
        if not split.events:
            self.out.say("The score was never that close that late.")
            return
        time = clock_text(split.seconds)
        self.out.say(
            f"{game.away} {split.away_points}, {game.home} {split.home_points} in {time} minutes, {split.events} events"
        )
        self._lines(game, split.lines, (split.away_points, split.home_points), only)

    def quarters(self, game: GameView, periods: Sequence[PeriodScore], spans: Sequence[Span]) -> None:
        """Points of every player per period."""
        for team in (game.away, game.home):
            rows = []
            for place, line in enumerate(spans[0].lines):
                points = [span.lines[place].points for span in spans]
                if line.home is team.home and any(_active(span.lines[place]) for span in spans):
                    rows.append((line.player or line.player_id, *points, sum(points)))
            totals = [period.home_points if team.home else period.away_points for period in periods]
            rows.append((str(team), *totals, sum(totals)))
            self.out.say()
            self.out.table([team.team or str(team), *(period.period_name for period in periods), "T"], rows)

    def quarters_of(self, periods: Sequence[PeriodScore], lines: Sequence[StatLine], whole: StatLine) -> None:
        """All figures of one player per period."""
        rows: list[tuple[str, StatLine]] = [
            (period.period_name, line) for period, line in zip(periods, lines, strict=True)
        ]
        self._table(whole.player or whole.player_id, [*rows, ("game", whole)])

    def plays(self, game: GameView, plays: Rows[Play]) -> None:
        """Plays with the score after each."""
        self.out.table(
            ["#", "TIME", str(game.away), str(game.home), "PLAY"],
            [
                (
                    play.event_num,
                    f"{period_name(play.period, game.rules)} {play.clock}",
                    play.away_score,
                    play.home_score,
                    play.description or play.event,
                )
                for play in plays
            ],
        )

    def lineups(self, lineups: Rows[Lineup], rows: int) -> None:
        """Fives, those that were on court longest first."""
        if not len(lineups):
            self.out.say("Who was on court is not known: the plays have no substitutions.")
        for side in ("away", "home"):
            mine = [lineup for lineup in lineups if lineup.side == side]
            if not mine:
                continue
            self.out.say()
            self.out.table(
                [mine[0].team, "TIME", "STINTS", "FOR", "AGAINST", "NET"],
                [
                    (
                        _short(lineup.players),
                        clock_text(round(lineup.seconds)),
                        lineup.stints,
                        lineup.points_for,
                        lineup.points_against,
                        _signed(lineup.net_points),
                    )
                    for lineup in mine[: rows or None]
                ],
            )
            if rows and len(mine) > rows:
                self.out.note(f"{rows} of {len(mine)} lineups of {mine[0].team}; --rows 0 shows all")

    def runs(self, game: GameView, runs: Rows[Run]) -> None:
        """Runs in order of time."""
        self.out.table(
            ["TEAM", "RUN", "FROM", "TO", "TIME", str(game.away), str(game.home), "EVENTS"],
            [
                (
                    run.team,
                    f"{run.points}-0",
                    f"{period_name(run.start_period, game.rules)} {run.start_clock}",
                    f"{period_name(run.end_period, game.rules)} {run.end_clock}",
                    clock_text(run.seconds),
                    run.away_score,
                    run.home_score,
                    f"{run.start_event}-{run.end_event}",
                )
                for run in runs
            ],
        )

    def verdict(self, verdict: Verification) -> None:
        """How the replay compares with the official box."""
        facts, say = verdict.facts, self.out.say
        say(f"Grade {verdict.quality_grade or 'none'}: {facts['notes'] or 'nothing to remark'}")
        for what, name in (
            ("player cells", "cells"), ("team cells", "team_cells"), ("minutes", "minutes"), ("plus-minus", "plus_minus"),
        ):  # fmt: skip
            equal, compared = facts[f"{name}_equal"], facts[f"{name}_compared"]
            say(f"  {what}: {f'{equal:,} of {compared:,} equal' if compared else 'not compared'}")
        say(f"  final score {_same(facts['final_score_match'])}, line score {_same(facts['period_scores_match'])}")
        if verdict.differences:
            say()
            self.out.table(
                ["WHERE", "WHO", "STAT", "REPLAY", "OFFICIAL", "CAUSE"],
                [
                    (cell.scope, cell.player or cell.entity_id, cell.stat, cell.generated, cell.actual, cell.cause)
                    for cell in verdict.differences
                ],
            )

    def _lines(self, game: GameView, lines: Iterable[StatLine], points: tuple[int, int], only: StatLine | None) -> None:
        lines = list(lines)
        if only is not None:
            self._table("PLAYER", [(only.player or only.player_id, only)])
            return
        for team, score in zip((game.away, game.home), points, strict=True):
            self._team(team, [line for line in lines if line.home is team.home], score)
        self._others([line for line in lines if line.home is None])

    def _team(self, team: Team, lines: Iterable[StatLine], score: int) -> None:
        lines = list(lines)
        active = [line for line in lines if _active(line)]
        self.out.say()
        self._table(team.team or str(team), [(_marked(line), line) for line in active], score)
        idle = [line for line in lines if not _active(line)]
        if idle:
            names = ", ".join(line.player or line.player_id for line in idle)
            self.out.say(f"{'No figures' if idle[0].seconds is None else 'Not in'}: {names}")

    def _others(self, lines: Sequence[StatLine]) -> None:
        if lines:
            self.out.say()
            self._table("Side not known", [(line.player or line.player_id, line) for line in lines])

    def _table(self, title: str, lines: Sequence[tuple[str, StatLine]], score: int | None = None) -> None:
        stats = [{stat: getattr(line, stat) for stat in STATS} for _, line in lines]
        columns = [title, *_FIGURES]
        rows = [[name, *_figures(own)] for (name, _), own in zip(lines, stats, strict=True)]
        if any(line.seconds is not None for _, line in lines):
            columns = [title, "MIN", *_FIGURES, "+/-"]
            rows = [[row[0], _time(line), *row[1:], _net(line)] for row, (_, line) in zip(rows, lines, strict=True)]
        if score is not None:
            sums = _figures({stat: sum(own[stat] for own in stats) for stat in STATS})
            timed = len(columns) > len(sums) + 1
            rows.append(["total", *([""] if timed else []), score, *sums[1:], *([""] if timed else [])])
        self.out.table(*_aligned(columns, rows))


def _aligned(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> tuple[list[str], list[list[object]]]:
    """Columns and rows with figures that are texts (``19-35``, ``+7``) set to the right like numbers."""
    widths = [max([len(name), *(len(str(row[place])) for row in rows)]) for place, name in enumerate(columns)]
    told = [
        [cell.rjust(width) if place and isinstance(cell, str) else cell for place, (cell, width) in enumerate(pairs)]
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    return [columns[0], *(name.rjust(width) for name, width in zip(columns[1:], widths[1:], strict=True))], told


def _figures(stats: dict[str, int]) -> list[object]:
    shots = [f"{stats[made]}-{stats[tried]}" for made, tried in (("fgm", "fga"), ("fg3m", "fg3a"), ("ftm", "fta"))]
    return [stats["points"], *shots, *(stats[stat] for stat in _PLAIN)]


def _time(line: StatLine) -> str:
    return "" if line.seconds is None else clock_text(round(line.seconds))


def _net(line: StatLine) -> str:
    return "" if line.plus_minus is None else _signed(line.plus_minus)


def _active(line: StatLine) -> bool:
    return bool(line.seconds) or getattr(line, "on_court", False) is True or any(getattr(line, s) for s in STATS)


def _marked(line: StatLine) -> str:
    name = line.player or line.player_id
    return f"{name} *" if getattr(line, "on_court", None) else name


def _names(five: tuple[Player, ...] | None) -> str:
    return "not known" if five is None else ", ".join(str(player) for player in five)


def _short(names: Sequence[str]) -> str:
    """Names without their first words, for fives of full names are too wide; full where two would be alike."""
    last = [name.partition(" ")[2] or name for name in names]
    return ", ".join(name if last.count(short) > 1 else short for name, short in zip(names, last, strict=True))


def _signed(number: int) -> str:
    return f"{number:+d}" if number else "0"


def _same(value: Any) -> str:
    return "not compared" if value is None else "equal" if value else "differs"

"""How exact the replay of the official feed is: every figure of docs/accuracy_official.md, from the data itself.

``python -m tools.accuracy_official DATA`` replays the four reference seasons in DATA (folders ``nba_stats`` and
``nba_reference``), compares them with every reference there and writes the page; ``--print`` prints it instead.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hooplake.games.model import STATS
from hooplake.games.official.overrides import overrides
from tools.official_figures import Season, figures_of, plays_alone
from tools.official_reference import YEARS

PAGE = Path(__file__).parents[1] / "docs" / "accuracy_official.md"


def measure(data: Path, seasons: Iterable[int]) -> str:
    """The page, in Markdown."""
    loaded = []
    figures: list[dict[str, Any]] = []
    for season in seasons:
        one = Season(data, season)
        figures.append(figures_of(one))
        figures[-1]["alone"] = plays_alone(data, one)
        one.db.close()
        loaded.append(season)
    return _page(loaded, figures)


def _page(seasons: Sequence[int], figures: Sequence[dict[str, Any]]) -> str:
    def total(*path: Any) -> int:
        result = 0
        for one in figures:
            value: Any = one
            for key in path:
                value = value[key] if value is not None else 0
            result += int(value)
        return result

    full = [one["full"] for one in figures if one["full"] is not None]
    totals = sum(one["totals"][0] for one in figures)
    total_left = [row for one in figures for row in one["totals"][1]]
    cells = total("period_lines") * len(STATS)
    raw, explained = total("period", 0), total("period", 1)
    net, net_explained = total("period", 2), total("period", 3)
    full_cells, full_left = sum(f["cells"] for f in full), [row for f in full for row in f["differ"]]
    timed = sum(f["timed"] for f in full)
    within = [sum(f["seconds"][place] for f in full) for place in range(4)]
    apart: Counter[int] = sum((one["possessions"]["apart"] for one in figures), Counter())
    teams = total("possessions", "teams")
    lines = [
        "# Accuracy: the official feed",
        "",
        f"Seasons {', '.join(map(str, seasons))} (ending years), {total('games'):,} games, replayed from `playbyplayv2` with the",
        "overrides of the package. Written by `python -m tools.accuracy_official`.",
        "",
        "| what | beside | cells | equal | explained by the edges of the box | left |",
        "|---|---|---|---|---|---|",
        f"| final scores | game log | {total('games'):,} games | {total('games') - sum(len(o['final']) for o in figures):,} | | {sum(len(o['final']) for o in figures)} |",
        f"| team totals, 15 stats | game log | {totals:,} | {totals - len(total_left):,} | | {len(total_left)} |",
        f"| players over the game, 15 stats | independent box, {len(full)} seasons | {full_cells:,} | {full_cells - len(full_left):,} | | {len(full_left)} |",
        f"| players by period, 15 stats | official period box | {cells:,} | {cells - raw:,} ({_share(cells - raw, cells)}) | {explained:,} | {raw - explained} |",
        f"| plus-minus by period | official period box | {total('period_lines'):,} | {total('period_lines') - net:,} ({_share(total('period_lines') - net, total('period_lines'))}) | {net_explained:,} | {net - net_explained} ({_share(total('period_lines') - net + net_explained, total('period_lines'))} right), {len({r[0] for o in figures for r in o['net']})} games |",
        f"| seconds by period, beyond what the box cuts off | official period box | {total('period_lines'):,} | {total('period_lines') - total('period', 4):,} | | {total('period', 4)} |",
        f"| line scores | line scores | {total('lines', 'cells'):,} | {total('lines', 'cells') - sum(len(o['lines']['differ']) for o in figures):,} | | {sum(len(o['lines']['differ']) for o in figures)} |",
        "",
        "A period box is asked for by a range of time and cut at its edges. A cell is explained only if its difference is made",
        "of plays shown in the last second or the first of the period (`gold.period_box_differences`, cause `period_boundary`).",
        "",
        "## Lineups and minutes",
        "",
        "| what | beside | compared | equal | remarks |",
        "|---|---|---|---|---|",
        f"| starters of periods | published list | {total('starters', 'team_periods'):,} team-periods | {total('starters', 'equal'):,} | the list has four or six men {total('starters', 'of_four_or_six')} times, another five {total('starters', 'other_five')} times; of all that differ, the official seconds contradict ours in {total('starters', 'contradicted')}; unknown {total('starters', 'unknown')} |",
        f"| players on court | published list, after each clock | {total('court', 'moments'):,} fives | {total('court', 'equal'):,} ({_share(total('court', 'equal'), total('court', 'moments'))}) | the list is no five {total('court', 'unsound')} times |",
        f"| games with every five known | | {total('games'):,} | {total('complete'):,} | |",
        f"| starters, plays alone (no boxes) | with boxes | {total('alone', 'team_periods'):,} | {total('alone', 'team_periods') - total('alone', 'unknown') - total('alone', 'other'):,} | {total('alone', 'unknown')} unknown, {total('alone', 'other')} other |",
        f"| minutes of players | independent box, seconds | {timed:,} | {within[0]:,} to the second | {within[1]:,} ({_share(within[1], timed)}) within 1 s, {within[2]:,} ({_share(within[2], timed)}) within 2 s, {within[3]:,} within 5 s |",
        f"| minutes of teams | advanced box | {total('possessions', 'minutes'):,} | {total('possessions', 'minutes_equal'):,} | |",
        f"| possessions of teams | advanced box | {teams:,} | {apart[0]:,} ({_share(apart[0], teams)}) | {apart[1] + apart[-1]:,} differ by 1, {teams - apart[0] - apart[1] - apart[-1]:,} by more; mean difference {sum(k * n for k, n in apart.items()) / max(teams, 1):+.3f} |",
        "",
    ]
    lines += _listed(
        "Final scores that differ",
        ("game", "home", "official", "away", "official"),
        [r for o in figures for r in o["final"]],
    )
    lines += _listed("Team totals that differ", ("game", "team", "stat", "replayed", "official"), total_left)
    lines += _listed(
        "Players over the game that differ",
        ("game", "player", "stat", "replayed", "independent box", "official period boxes"),
        full_left,
    )
    lines += _listed(
        "Cells by period that the edges do not explain",
        ("game", "player", "period", "stat", "replayed", "official", "cause"),
        [row for one in figures for row in one["left"]],
    )
    lines += _listed(
        "Line scores that differ", ("game", "home", "period", "replayed", "line score"),
        [row for one in figures for row in one["lines"]["differ"]],
    )  # fmt: skip
    lines += _listed(
        "Team minutes that differ", ("game", "apart", "replayed", "advanced box"),
        [row for one in figures for row in one["possessions"]["minutes_apart"]],
    )  # fmt: skip
    lines += _listed(
        "Plus-minus by period that the edges do not explain", ("game", "period", "players", "largest difference"),
        [row for one in figures for row in one["net"]],
    )  # fmt: skip
    lines += [
        "Free throws count for those on court at the foul of their kind (personal or technical). What is left are periods in",
        "which the league counted otherwise: after injuries, reviews and ejections, mostly with substitutions between throws.",
        "",
        "## Possessions",
        "",
        "A possession lasts until the other team has the ball; when the last play of a period gives it away, one more follows,",
        "down to the end of the period. The league counts such last possessions too, but not after every basket at 0:00,",
        "which whole seconds do not tell apart.",
        "",
    ]
    rules: Counter[str] = sum((one["repairs"] for one in figures), Counter())
    lines += _listed("Named repairs", ("rule", "times"), sorted(rules.items()))
    laid = overrides()
    lines += [
        f"Overrides, version {laid.version}: "
        f"{len(laid.starter)} starters and {len(laid.play)} rows (`games/official/overrides.toml`), each with its evidence.",
        f"In the independent box, lines of team-mates with equal seconds are swapped in {sum(f['swapped'] for f in full)} groups; the best",
        f"assignment inside such a group counts. {sum(f['unmatched'] for f in full)} of its {sum(f['lines'] for f in full):,} lines could not be matched to a player.",
        "",
    ]
    return "\n".join(lines)


def _listed(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    if not rows:
        return [f"{title}: none.", ""]
    return [
        f"## {title}", "", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads),
        *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows), "",
    ]  # fmt: skip


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.2f} %"


def main(arguments: list[str]) -> int:
    """Writes the page, or prints it."""
    folders = [argument for argument in arguments if argument != "--print"]
    if len(folders) != 1 or not Path(folders[0], "nba_stats").is_dir():
        print("usage: python -m tools.accuracy_official DATA [--print]", file=sys.stderr)
        return 2
    page = measure(Path(folders[0]), YEARS)
    if "--print" in arguments:
        print(page)
    else:
        PAGE.write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``python -m bench [NAME ...] [--json]``: measures the modules named, or all of them."""

from __future__ import annotations

import compileall
import dataclasses
import sys
from pathlib import Path

import hooplake
from bench.corpus import forget_lakes_of_other_code, tidy
from bench.measure import Figures, conditions, measure_apart, stages_of
from hooplake.cli.output import Output

# In the order in which the data flows.
MODULES = ("startup", "network", "pipeline", "official", "moments", "enrichment", "analytics")
ON_REAL_DATA = ("official",)
"""Modules without stages where there is no real data."""


def main(arguments: list[str]) -> int:
    """Prints conditions and figures; one JSON object with ``--json``."""
    out = Output(json="--json" in arguments)
    names = [name for name in arguments if name != "--json"] or list(MODULES)
    if unknown := set(names) - set(MODULES):
        out.note(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
        return 2
    # As installed packages are: else every command compiles anew where Python may not write beside the sources.
    compileall.compile_dir(Path(hooplake.__file__).parent, quiet=1)
    forget_lakes_of_other_code()
    where = conditions()
    out.say(", ".join(f"{name} {value}" for name, value in where.items()))
    figures = []
    try:
        for name in names:
            for stage in stages_of(name):
                out.note(f"{name}: {stage.name}")
                figures.append(measure_apart(name, stage.name))
    finally:
        tidy()
    columns = ["stage", "ms", "least", "most", "cpu ms", "floor", "ms of floor", "times floor", "rate", "peak MB", "on"]
    out.table(columns, [_row(each) for each in figures])
    out.result({"conditions": where, "figures": [dataclasses.asdict(each) for each in figures]})
    return 0


def _row(figures: Figures) -> list[object]:
    times = [round(1000 * seconds, 2) for seconds in (figures.median, figures.least, figures.most, figures.cpu)]
    floor = [figures.floor_name, round(1000 * figures.floor, 2), round(figures.ratio, 2)]
    return [figures.name, *times, *floor, figures.rate, round(figures.peak_mb), figures.corpus]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

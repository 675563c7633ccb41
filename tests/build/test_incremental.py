"""Incremental = full: after any changes and any partial runs, what is built is what a build from nothing gives."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.build.toy import MEMORY, Toy

GAMES = st.sampled_from(["g1", "g2", "g3", "g4", "g5"])
SEASONS = st.sampled_from([2024, 2025])
TEXTS = st.sampled_from(["1", "2 3", "2 3 4 5 6", "1 -1", "bad", "boom", "-1"])
DATES = st.sampled_from(["2024-01-01", "2024-12-15", "2024-12-16"])

PUTS = st.tuples(st.just("put"), GAMES, TEXTS, SEASONS, DATES)
CHANGES = st.one_of(
    PUTS,
    st.tuples(st.just("again"), GAMES, TEXTS, SEASONS, DATES),
    st.tuples(st.just("delete"), GAMES),
    st.tuples(st.just("version"), st.sampled_from(["games", "sums", "seasons"]), st.sampled_from(["1", "2"])),
    st.tuples(st.just("scale"), st.integers(1, 2)),
    st.tuples(st.just("lose"), st.integers(0, 20)),
    st.tuples(st.just("damage"), st.integers(0, 20)),
    st.tuples(st.just("touch"), st.integers(0, 20)),
)
RUNS = st.fixed_dictionaries(
    {},
    optional={
        "limit": st.integers(1, 3),
        "seasons": st.just((2025,)),
        "first_date": DATES,
        "last_date": DATES,
        "tables": st.sampled_from([("gold.sums",), ("silver.games",)]),
    },
)
SEQUENCES = st.lists(st.tuples(st.lists(CHANGES, min_size=1, max_size=4), RUNS), min_size=1, max_size=4)


def change(toy: Toy, action: tuple[Any, ...]) -> None:
    match action:
        case ("put", game, text, season, date):
            toy.replace(game, text, season=season, date=date)
        case ("again", game, text, season, date):
            toy.put(game, text, season=season, date=date, sequence=2)
        case ("delete", game):
            toy.delete(game)
        case ("version", step, version):
            toy.change[f"{step}_version"] = version
        case ("scale", scale):
            toy.change["scale"] = scale
        case (trouble, number):
            objects = sorted(path for path in toy.objects(("silver", "gold")))
            if objects:
                path = objects[number % len(objects)]
                data = toy.store.get(path)
                if trouble == "lose":
                    toy.store.delete(path)
                else:
                    toy.store.put(path, data if trouble == "touch" else data[:-1] + b"?")


def rebuilt(toy: Toy, folder: Path) -> Toy:
    """A lake with the same raw objects and steps, built from nothing."""
    other = Toy(folder, **toy.change)
    for meta in toy.store.list("raw"):
        other.store.put(meta.path, toy.store.get(meta.path))
    other.run()
    return other


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(first=st.lists(PUTS, min_size=2, max_size=6), sequence=SEQUENCES)
def test_incremental_equals_full(first: list[tuple[Any, ...]], sequence: list[Any]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        toy = Toy(Path(folder) / "lake")
        for action in first:
            change(toy, action)
        for changes, selection in sequence:
            for action in changes:
                change(toy, action)
            toy.run(**selection)
        toy.run()
        expected = rebuilt(toy, Path(folder) / "other")
        assert toy.objects() == expected.objects()
        failures = [failure._replace(run_id="") for failure in toy.ledger.failures()]
        assert failures == [failure._replace(run_id="") for failure in expected.ledger.failures()]
        again = toy.plan()
        assert {due.reason for item in again.items for due in item.verdict.run.values()} <= {
            "PREVIOUS_FAILED",
            "NEVER_BUILT",  # of partitions whose only units failed and are tried again
            "UPSTREAM",
        }
        before = toy.stamps()
        toy.run()
        assert toy.stamps() == before
        toy.ledger.close()
        expected.ledger.close()

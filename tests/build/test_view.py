"""Partitions found by the values of some of their columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hooplake.build.view import Shelf
from hooplake.lake.partition import Partition

PARTITIONS = st.builds(
    lambda league, season: Partition(league=league, season=season),
    st.sampled_from(["nba", "wnba"]),
    st.integers(2023, 2025),
)
OTHERS = st.one_of(
    PARTITIONS,
    st.builds(lambda league: Partition(league=league), st.sampled_from(["nba", "wnba", "mbb"])),
    st.builds(lambda season, source: Partition(season=season, source=source), st.integers(2022, 2025), st.just("espn")),
    st.just(Partition(source="espn")),
)
ACTIONS = st.lists(st.tuples(st.sampled_from(["add", "discard", "ask"]), PARTITIONS, OTHERS), max_size=30)


@given(first=st.lists(PARTITIONS), actions=ACTIONS)
def test_a_shelf_finds_what_looking_at_all_finds(
    first: list[Partition], actions: list[tuple[str, Partition, Partition]]
) -> None:
    shelf = Shelf(("league", "season"), first)
    known = set(first)
    for action, partition, other in actions:
        if action == "add":
            shelf.add(partition)
            known.add(partition)
        elif action == "discard":
            shelf.discard(partition)
            known.discard(partition)
        assert shelf.sharing(other) == sorted(
            found for found in known if all(found[name] == value for name, value in other.items() if name in found)
        )
        assert (partition in shelf) == (partition in known)
        assert list(shelf.ordered()) == sorted(known)
        assert shelf.cuts(("league",)) == {Partition(league=str(found["league"])) for found in known}
        assert shelf.cuts(("league", "season")) == known

"""What becomes of a document: the rules of `hooplake.sources.filing`, case by case and in general."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.espn.identity import PLAYED_RANK, Identity
from hooplake.games.espn.raw import RawName
from hooplake.games.leagues import LEAGUES
from hooplake.sources.filing import Candidate, Decision, Held, Result, Shelf, decide
from hooplake.sources.reading import Facts

GAME = ("nba", 2025, "401")


def document(
    content: str,
    *,
    status: str = "final",
    at: int | None = None,
    kind: str = "summary",
    news: str = "",
    origin: str = "",
) -> Candidate:
    """A document: `content` is used of it, `news` only makes its bytes differ, `at` is the hour it was made."""
    who = Identity(
        kind, LEAGUES["nba"], "401", 2025, date(2025, 1, 4), 2, None, None, status, None, "league:header season:header"
    )
    moment = None if at is None else datetime(2025, 1, 5, at, tzinfo=UTC)
    used = hashlib.sha256(f"{kind} {status} {content}".encode()).digest()
    sha = hashlib.sha256(f"{kind} {status} {content} {at} {news}".encode()).hexdigest()[:12]
    return Candidate(origin or f"{content}{news}.json", sha, who, Facts(PLAYED_RANK.get(status, 1), moment, used))


def held(candidate: Candidate, sequence: int) -> Held:
    return Held(
        RawName(candidate.who.kind, *GAME[:2], date(2025, 1, 4), "401", sequence, candidate.sha), candidate.facts
    )


def filed(new: Sequence[Candidate], *before: Candidate) -> list[str]:
    """Result and number of each new document, where those of `before` are in the lake already."""
    numbers: dict[str, int] = {}
    stored = []
    for candidate in before:
        numbers[candidate.who.kind] = numbers.get(candidate.who.kind, 0) + 1
        stored.append(held(candidate, numbers[candidate.who.kind]))
    return [f"{decision.result} {decision.name.sequence}" for decision in decide(new, stored)]


A, B, C = document("a"), document("b"), document("c")


@pytest.mark.parametrize(
    ("new", "before", "expected"),
    [
        pytest.param([A], [], ["stored 1"], id="the first document of a game"),
        pytest.param([A], [A], ["unchanged 1"], id="the same bytes"),
        pytest.param([document("a", news="x")], [A], ["unchanged 1"], id="a second fetch that differs in news"),
        pytest.param([B], [A], ["stored 2"], id="a revision"),
        pytest.param([document("a", kind="gamepackage")], [A], ["stored 1"], id="each kind is numbered for itself"),
        pytest.param([A, A._replace(origin="copy.json")], [], ["stored 1", "unchanged 1"], id="twice in one call"),
        pytest.param(
            [B, document("s", status="scheduled")], [], ["stored 2", "superseded 1"], id="scheduled comes before final"
        ),
        pytest.param(
            [document("s", status="scheduled")], [A], ["superseded 2"], id="a lower status is stored all the same"
        ),
        pytest.param(
            [document("s", status="scheduled", kind="page")], [A], ["superseded 1"], id="another kind has gone further"
        ),
        pytest.param([A], [document("s", status="scheduled")], ["stored 2"], id="the game has gone on"),
        pytest.param(
            [document("x", at=9), document("y", at=7), document("z", at=8)],
            [],
            ["stored 3", "stored 1", "stored 2"],
            id="by the time they were made",
        ),
        pytest.param([document("x", at=1), A], [], ["stored 2", "stored 1"], id="those without a time come first"),
        pytest.param([C, B, A], [], ["stored 3", "stored 2", "stored 1"], id="by name where nothing else tells"),
        pytest.param([document("x", at=7)], [document("y", at=8)], ["superseded 1"], id="old news is not stored"),
        pytest.param(
            [document("x", at=7)],
            [document("y", at=8, status="in_progress")],
            ["stored 2"],
            id="unless the game has gone further in it",
        ),
        pytest.param(
            [document("a", news="x")], [A, B], ["unchanged 1"], id="what was revised since does not come back"
        ),
        pytest.param(
            [document("x", at=9)],
            [document("x", at=7), document("y", at=8)],
            ["stored 3"],
            id="unless it says it is newer",
        ),
        pytest.param(
            [document("x", at=8, news="n")], [document("x", at=7), document("y", at=8)], ["unchanged 1"], id="not newer"
        ),
    ],
)
def test_what_becomes_of_a_document(new: list[Candidate], before: list[Candidate], expected: list[str]) -> None:
    assert filed(new, *before) == expected


def test_a_damaged_raw_document_is_equal_to_nothing_and_keeps_its_number() -> None:
    damaged = Held(held(A, 1).name, None)
    (decision,) = decide([document("a", news="x")], [damaged])
    assert (decision.result, decision.name.sequence) == (Result.STORED, 2)


def test_numbers_go_on_over_dates() -> None:
    """A postponed game has documents on two dates; they are documents of one game."""
    first = held(document("p", status="postponed"), 1)
    moved = Held(RawName("summary", *GAME[:2], date(2024, 12, 1), "401", 1, first.name.sha), first.facts)
    (decision,) = decide([A], [moved])
    assert decision.name.path == f"raw/espn/summary/league=nba/season=2025/date=2025-01-04/401.02.{A.sha}.json.zst"


DOCUMENTS = st.builds(
    document,
    st.sampled_from("abc"),
    status=st.sampled_from(["scheduled", "in_progress", "final", "postponed"]),
    at=st.none() | st.integers(0, 4),
    kind=st.sampled_from(["summary", "gamepackage"]),
    news=st.sampled_from("xy"),
)


def shelved(*calls: Sequence[Candidate]) -> tuple[set[str], list[list[Decision]]]:
    shelf = Shelf()
    decisions = [shelf.file(GAME, call) for call in calls]
    return {name.path for name in shelf.by_sha.values()}, decisions


@given(st.lists(DOCUMENTS, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_the_files_of_a_call_does_not_matter(new: list[Candidate], chance: object) -> None:
    mixed = list(new)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert shelved(new)[0] == shelved(mixed)[0]


@given(st.lists(DOCUMENTS, max_size=7))
def test_a_second_call_with_the_same_files_changes_nothing(new: list[Candidate]) -> None:
    once, _ = shelved(new)
    twice, (_, again) = shelved(new, new)
    assert once == twice
    assert not any(decision.store for decision in again)


@given(st.lists(DOCUMENTS, max_size=7), st.data())
def test_a_call_that_was_killed_and_is_made_again_leaves_the_same_lake(
    new: list[Candidate], data: st.DataObject
) -> None:
    """Of each kind the first so many are written, since the next is written only when the one before is durable."""
    (decisions,) = shelved(new)[1]
    done = {kind: data.draw(st.integers(0, len(new))) for kind in ("summary", "gamepackage")}
    written = [
        (candidate, decision)
        for candidate, decision in zip(new, decisions, strict=True)
        if decision.store and decision.name.sequence <= done[decision.name.kind]
    ]
    shelf = Shelf()
    for candidate, decision in written:
        shelf.add(decision.name, candidate.facts)
    shelf.file(GAME, new)
    assert {name.path for name in shelf.by_sha.values()} == shelved(new)[0]


@given(st.lists(DOCUMENTS, max_size=5), st.lists(DOCUMENTS, max_size=5))
def test_old_news_never_rules(first: list[Candidate], second: list[Candidate]) -> None:
    """Of the documents of a kind that have gone as far, the last one is none that says it is older than another."""
    shelf = Shelf()
    shelf.file(GAME, first)
    shelf.file(GAME, second)
    facts = {candidate.sha: candidate.facts for candidate in (*first, *second)}
    for kind in ("summary", "gamepackage"):
        names = sorted((n for n in shelf.by_sha.values() if n.kind == kind), key=lambda name: name.sequence)
        assert [name.sequence for name in names] == list(range(1, len(names) + 1))
        for rank in (1, 2, 3):
            times = [facts[name.sha].updated for name in names if facts[name.sha].rank == rank]
            if times and times[-1] is not None:
                assert times[-1] == max(time for time in times if time is not None)


def test_a_shelf_learns_what_it_needs_of_the_games_that_are_asked_for() -> None:
    shelf = Shelf([held(A, 1).name, held(B, 2).name])
    paths = [held(A, 1).name.path, held(B, 2).name.path]
    assert shelf.unread([GAME]) == paths
    assert shelf.unread([("nba", 2025, "402")]) == []
    shelf.learn({paths[0]: A.facts, paths[1]: B.facts})
    assert shelf.unread([GAME]) == []
    assert [decision.result for decision in shelf.file(GAME, [document("b", news="x"), C])] == ["unchanged", "stored"]

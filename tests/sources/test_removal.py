"""What the API no longer gives goes away after a complete fetch of the season, and never after a part of one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.cbbd.gone import Drain, drain_path, encode_drain, gone, newest_drains
from hooplake.games.cbbd.raw import RawBody, Said
from hooplake.lake.store import Store
from hooplake.sources.cbbd.endpoints import endpoint, endpoints
from hooplake.sources.cbbd.harvest import RowCapExceeded
from hooplake.sources.cbbd.known import season_bounds
from hooplake.sources.checkpoints import parameter_hash
from tests.sources.lakes import CollegeLake
from tests.sources.test_harvest_defects import Asking
from tests.tables.college import HISTORY, TEAMS, box, game, line, side

WINDOW = season_bounds(2025)


def rows(*numbers: int, month: int = 11) -> list[dict[str, Any]]:
    return [game(number, startDate=f"2024-{month:02d}-{number:02d}T02:00:00.000Z") for number in numbers]


def drain(
    asking: Asking, *, since: float = 0.0, bounds: tuple[str, str] = WINDOW, conferences: tuple[str, ...] = ()
) -> bool:
    async def ask() -> bool:
        with asking.entries.running():
            return await asking.harvest.drain(
                endpoint("games"), *bounds, season=2025, since=since, conferences=conferences
            )

    return asyncio.run(ask())


def drains(store: Store) -> Mapping[tuple[str, int], Drain]:
    return newest_drains(store, store.paths("raw/cbbd"))


@pytest.fixture
def cap(monkeypatch: pytest.MonkeyPatch) -> int:
    from dataclasses import replace

    monkeypatch.setitem(endpoints(), "games", replace(endpoint("games"), cap=3))
    return 3


def test_a_season_that_came_whole_is_written_down_with_its_bodies(tmp_path: Path, cap: int) -> None:
    asking = Asking(tmp_path, rows(1, 2, 3), rows(3, 4))
    assert drain(asking)
    (found,) = drains(asking.store).values()
    bodies = [path for path in asking.store.paths("raw/cbbd/games") if path.endswith(".gz")]
    assert (found.endpoint, found.season, sorted(found.bodies)) == ("games", 2025, sorted(bodies))
    assert found.begun == min(RawBody.parse(path).fetched_at for path in bodies)  # type: ignore[union-attr]
    assert drain(asking)  # all of it was done: nothing is asked, and nothing written
    assert len(asking.client.asked) == 2
    assert [*drains(asking.store).values()] == [found]
    # of an answer that is the same again the body that is there counts
    again = Asking(tmp_path, rows(1, 2, 3), rows(3))
    assert drain(again, since=9e9)
    (other,) = drains(asking.store).values()
    assert other.begun > found.begun
    assert len(other.bodies & found.bodies) == 1


@pytest.mark.parametrize(
    ("answers", "what"),
    [
        ((rows(1, 2, 3), None), "a request failed"),
        (([],), "no row at all came"),
    ],
)
def test_a_season_of_which_a_part_failed_is_not(tmp_path: Path, cap: int, answers: tuple[Any, ...], what: str) -> None:
    asking = Asking(tmp_path, *answers)
    assert drain(asking) is (None not in answers)
    assert not drains(asking.store), what


def test_nor_is_one_that_two_runs_fetched_or_a_window_or_an_instant_beyond_the_cap(tmp_path: Path, cap: int) -> None:
    first = Asking(tmp_path, rows(1, 2, 3), None)
    assert not drain(first)
    second = Asking(tmp_path, rows(3, 4), run_id="another")
    assert drain(second)
    assert not drains(second.store)  # a game may have moved between the two
    assert drain(Asking(tmp_path / "window", rows(1)), bounds=("2024-11-01T00:00:00.000Z", "2024-11-08T23:59:59.999Z"))
    assert not drains(Store.open(tmp_path / "window" / "lake"))
    same = [game(number, startDate=WINDOW[0]) for number in (1, 2, 3)]
    third = Asking(tmp_path / "instant", same, rows(1), rows(2))
    assert drain(third, conferences=("ACC",))  # games without a conference were not asked for
    assert not drains(third.store)
    with pytest.raises(RowCapExceeded):
        drain(Asking(tmp_path / "beyond", same, same), conferences=("ACC",))
    assert not drains(Store.open(tmp_path / "beyond" / "lake"))


Fetch = tuple[str, frozenset[int], int]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["drain", "window", "broken"]),
            st.frozensets(st.integers(1, 6)),
            st.integers(1, 6),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_what_is_gone_is_what_the_last_whole_fetch_and_all_after_it_do_not_tell(fetches: list[Fetch], mix: Any) -> None:
    """Against a ledger kept by hand: a set of games that a whole fetch replaces and every other one adds to."""
    there: set[str] = set()
    ever: set[str] = set()
    told = []
    last: Drain | None = None
    for second, (kind, games, cut) in enumerate(fetches):
        ids = {str(number) for number in games}
        first, rest = {i for i in ids if int(i) <= cut}, {i for i in ids if int(i) > cut}
        parts = [first] if kind == "broken" else [first, rest]  # the request for the rest failed
        names = [
            RawBody("games", 2025, date(2025, 1, 2), f"1200{second:02d}{place:03d}", f"{place:08x}", f"{second:08x}")
            for place, _ in enumerate(parts)
        ]
        told += [(name, {i: Said("00") for i in part}) for name, part in zip(names, parts, strict=True)]
        ever |= ids if kind != "broken" else first
        if kind == "drain" and ids:
            there = ids
            last = Drain("games", 2025, names[0].fetched_at, frozenset(name.path for name in names))
        else:
            there |= ids if kind != "broken" else first
    mix.shuffle(told)  # the order of the listing is no matter
    assert gone(told, last) == ever - there


def offer_drain(lake: CollegeLake, name: str, *, day: date, at: int, bodies: int) -> None:
    """Write down that the last so many bodies of an endpoint were a whole season."""
    found = sorted(path for path in lake.store.paths(f"raw/cbbd/{name}") if path.endswith(".gz"))[-bodies:]
    first = RawBody(name, 2025, day, f"12{at // 60:02d}{at % 60:02d}000", "", "")
    lake.store.put(drain_path(first), encode_drain(found))


def test_a_game_that_is_gone_leaves_silver_and_comes_back(tmp_path: Path) -> None:
    lake = CollegeLake(tmp_path / "lake")
    lake.offer("teams", TEAMS, season=0)
    lake.offer("conferences_history", HISTORY, season=0)
    tables = (
        "silver.cbbd_fct_games", "silver.cbbd_fct_game_periods", "silver.cbbd_fct_game_teams", "silver.cbbd_fct_lines",
        "silver.fct_games", "silver.fct_lines",
    )  # fmt: skip

    def told() -> list[list[str]]:
        lake.build(*tables)
        return [sorted({row["game_id"] for row in lake.rows(table)}) for table in tables]

    first, second, third = date(2025, 6, 1), date(2025, 6, 8), date(2025, 6, 15)
    lake.offer("games", [game(1), game(2), game(3)], day=first)
    lake.offer("games_teams", [box(1, side(70), side(60)), box(2, side(70), side(60))], day=first)
    lines = [
        {"gameId": n, "season": 2025, "startDate": "2024-12-01T00:30:00.000Z", "lines": [line("b", spread=-3)]}
        for n in (1, 2)
    ]
    lake.offer("lines", lines, day=first)
    assert told() == [["1", "2", "3"], ["1", "2", "3"], ["1", "2"], ["1", "2"], ["1", "2", "3"], ["1", "2"]]
    lake.offer("games", [game(1)], day=second)  # a window, or a request for a team: nothing goes away
    lake.offer("lines", lines[:1], day=second)
    assert told() == [["1", "2", "3"], ["1", "2", "3"], ["1", "2"], ["1", "2"], ["1", "2", "3"], ["1", "2"]]
    offer_drain(lake, "games", day=second, at=0, bodies=1)  # it was the whole season after all
    offer_drain(lake, "lines", day=second, at=0, bodies=1)
    # the boxes were not asked for: theirs stay; the lines of the game are gone from both tables
    assert told() == [["1"], ["1"], ["1", "2"], ["1"], ["1"], ["1"]]
    removed = "select endpoint, game_id from silver.cbbd_removed_games order by 1, 2"
    assert [tuple(row.values()) for row in lake.rows(removed)] == [("games", "2"), ("games", "3"), ("lines", "2")]
    lake.offer("games", [game(2, homePoints=80)], day=third)  # told again later
    assert told() == [["1", "2"], ["1", "2"], ["1", "2"], ["1"], ["1", "2"], ["1"]]
    # an incremental build is a full one, byte for byte
    grown = {path: lake.store.get(path) for path in lake.store.paths("silver")}
    fresh = CollegeLake(tmp_path / "fresh")
    for path in lake.store.paths("raw"):
        fresh.store.put(path, lake.store.get(path))
    fresh.build(*tables)
    assert {path: fresh.store.get(path) for path in fresh.store.paths("silver")} == grown


def whole(
    lake: CollegeLake, name: str, body: Any, params: dict[str, str], *, day: date, season: int, time: str = "120000000"
) -> None:
    """A body under the name that a request with these parameters gives it."""
    import gzip
    import hashlib
    import json

    data = json.dumps(body).encode()
    raw = RawBody(name, season, day, time, parameter_hash(params)[:8], hashlib.sha256(data).hexdigest()[:8])
    lake.store.put(raw.path, gzip.compress(data, mtime=0))


def test_of_a_list_the_last_whole_answer_counts_and_what_came_after_it(tmp_path: Path) -> None:
    lake = CollegeLake(tmp_path / "lake")
    days = [date(2025, 1, day) for day in (1, 8, 9, 10)]
    poll = {"season": 2025, "seasonType": "regular", "pollType": "AP", "week": 3, "ranking": 1}

    def told() -> tuple[list[str], list[str]]:
        lake.build("silver.cbbd_fct_rankings", "silver.cbbd_dim_teams")
        found = (lake.rows("silver.cbbd_fct_rankings"), lake.rows("silver.cbbd_dim_teams"))
        return [row["team_id"] for row in found[0]], [row["team_id"] for row in found[1]]

    polls = [{**poll, "teamId": team} for team in (1, 2, 3)]
    whole(lake, "rankings", polls, {"season": "2025"}, day=days[0], season=2025)
    whole(lake, "teams", TEAMS, {}, day=days[0], season=0)
    assert told() == (["1", "2", "3"], ["1", "2"])
    whole(lake, "rankings", polls[:1], {"season": "2025", "week": "3"}, day=days[1], season=2025)  # a part of them
    whole(lake, "teams", TEAMS[:1], {"conference": "ACC"}, day=days[1], season=0)
    assert told() == (["1", "2", "3"], ["1", "2"])
    whole(lake, "rankings", [], {"season": "2025"}, day=days[2], season=2025)  # not to be believed
    assert told() == (["1", "2", "3"], ["1", "2"])
    whole(lake, "rankings", polls, {"season": "2025"}, day=days[3], season=2025, time="110000000")
    whole(lake, "rankings", polls[1:], {"season": "2025"}, day=days[3], season=2025)  # and on the same day without one
    whole(lake, "teams", TEAMS[1:], {}, day=days[3], season=0)
    assert told() == (["2", "3"], ["2"])
    whole(lake, "rankings", polls[:1], {"season": "2025", "week": "3"}, day=days[3], season=2025, time="130000000")
    assert told()[0] == ["1", "2", "3"]

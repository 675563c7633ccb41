"""Documents from files: what is stored where, and that nothing that a file holds stops the others."""

from __future__ import annotations

import gzip
import json
import lzma
import os
from datetime import date
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hooplake
from hooplake.cli.output import as_json
from hooplake.errors import ConfigError, StoreError
from hooplake.games.espn.step import read_raw
from hooplake.lake.store import PutOutcome
from hooplake.sources import files
from hooplake.sources.files import replay_letters
from hooplake.sources.letters import letters
from tests.sources.documents import Desk, page, raw_path, summary


def test_a_document_is_stored_as_received_under_what_it_says_of_itself(desk: Desk) -> None:
    body = summary("401", season=2025)
    desk.put({"a.json": body})
    (outcome,) = desk.ingest().outcomes
    assert desk.raw() == [raw_path("401", 1, body)]
    assert read_raw(desk.store, desk.raw()[0]) == body
    assert outcome.to_json() == {
        "origin": f"{desk.files}/a.json",
        "result": "stored",
        "path": raw_path("401", 1, body),
        "kind": "summary",
        "league": "nba",
        "season": 2025,
        "game_id": "401",
        "game_date": date(2025, 1, 4),
        "status": "final",
        "evidence": "league:header season:header",
    }


PACKED = {
    "plain.json": lambda body: body,
    "gz.json.gz": gzip.compress,
    "zst.json.zst": zstandard.ZstdCompressor().compress,
    "xz.json.xz": lzma.compress,
    "misnamed.json": gzip.compress,
    "lines.jsonl": lambda body: body + b"\n",
    "list.json": lambda body: b"[" + body + b"]",
}


@pytest.mark.parametrize("name", PACKED)
def test_however_a_document_is_packed_the_same_object_is_stored(desk: Desk, name: str) -> None:
    body = summary("401")
    desk.put({name: PACKED[name](body)})
    assert desk.ingest().counts["stored"] == 1
    assert desk.raw() == [raw_path("401", 1, body)]


def test_all_results_in_one_lake(desk: Desk) -> None:
    first, final = summary("401", status="scheduled"), summary("401", note="final")
    desk.put(
        {"0/401.json": final, "1/401.json": first, "box.json": page("402", "box"), "plays.json": page("402", "plays")}
    )
    assert desk.results() == {
        "0/401.json": "stored",
        "1/401.json": "superseded",
        "box.json": "stored",
        "plays.json": "stored",
    }
    assert desk.raw() == [
        raw_path("402", 1, page("402", "box"), kind="page"),
        raw_path("402", 2, page("402", "plays"), kind="page"),
        raw_path("401", 1, first),
        raw_path("401", 2, final),
    ]
    assert set(desk.results().values()) == {"unchanged"}
    desk.put(
        {"news.json": summary("401", note="final", news="differs"), "revised.json": summary("401", note="revised")}
    )
    assert desk.results("news.json", "revised.json") == {"news.json": "unchanged", "revised.json": "stored"}
    assert desk.raw()[-1] == raw_path("401", 3, summary("401", note="revised"))


def test_what_the_document_says_counts_before_arguments_and_those_before_folders(desk: Desk) -> None:
    bare, named = summary("401", league=None), summary("402", league="wnba")
    desk.put({"nba/bare.json": bare, "nba/named.json": named, "bare.json": summary("403", league=None)})
    found = desk.outcomes(dry_run=True)
    assert [(name, one.league, one.evidence) for name, one in found.items()] == [
        ("bare.json", None, None),
        ("nba/bare.json", "nba", "league:folder season:date"),
        ("nba/named.json", "wnba", "league:header season:date"),
    ]
    found = desk.outcomes(dry_run=True, league="mbb", season=2024)
    assert [(name, one.league, one.season, one.evidence) for name, one in found.items()] == [
        ("bare.json", "mbb", 2024, "league:given season:given"),
        ("nba/bare.json", "mbb", 2024, "league:given season:given"),
        ("nba/named.json", "wnba", 2024, "league:header season:given"),
    ]


DEEP = b'{"header":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BAD = {
    "empty.json": (b"", "empty"),
    "blank.json": (b" \n\t ", "empty"),
    "cut.json": (summary("401")[:100], "truncated"),
    "cut.json.gz": (gzip.compress(os.urandom(300), mtime=0)[:200], "truncated"),
    "broken.json.gz": (b"\x1f\x8b" + b"\xff" * 50, "damaged"),
    "page.json": (b"<!DOCTYPE html><title>503</title>", "html"),
    "script.json": (summary("401").replace(b'"boxscore": {}', b'"boxscore": undefined'), "not_json"),
    "deep.json": (DEEP, "too_deep"),
    "number.json": (b"17", "not_an_object"),
    "other.json": (b'{"teams": []}', "unknown_kind"),
    "escape.json": (summary("../../../../etc/passwd"), "no_game_id"),
    "absolute.json": (summary("/etc/passwd"), "no_game_id"),
    "long.json": (summary("4" * 65), "no_game_id"),
    "nameless.json": (summary("401", league=None), "unknown_league"),
    "cricket.json": (summary("401", league="ipl"), "unknown_league"),
    "undated.json": (summary("401", date=None), "undated"),
    "year9999.json": (summary("401", date="9999-12-31T23:59Z"), "implausible_date"),
    "noise.json": (bytes(range(256)) * 4, "not_json"),
}


def test_whatever_is_wrong_with_a_file_it_is_a_dead_letter_with_its_bytes(desk: Desk) -> None:
    desk.put({name: data for name, (data, _) in BAD.items()} | {"good.json": summary("401")})
    report = desk.ingest()
    assert desk.results() == {name: reason for name, (_, reason) in BAD.items()} | {"good.json": "unchanged"}
    assert report.exit_code == 4
    assert desk.raw() == [raw_path("401", 1, summary("401"))]
    assert {outcome.letter for outcome in report.dead} == {letter.sha for letter in letters(desk.store)}
    for outcome in report.dead:
        data = BAD[Path(outcome.origin).name][0]
        kept = zstandard.ZstdDecompressor().decompress(desk.store.get(f"deadletter/files/{outcome.letter}.zst"))
        assert kept == data


@pytest.mark.parametrize(
    ("encoding", "repair"),
    [("utf-8-sig", "encoding:utf-8-sig"), ("utf-16", "encoding:utf-16"), ("utf-16-le", "encoding:utf-16-le")],
)
def test_other_encodings_are_read_and_stored_as_received(desk: Desk, encoding: str, repair: str) -> None:
    body = summary("401").decode().encode(encoding)
    desk.put({"a.json": body})
    (outcome,) = desk.ingest().outcomes
    assert (outcome.result, outcome.repairs) == ("stored", (repair,))
    assert read_raw(desk.store, desk.raw()[0]) == body


def test_cp1252_is_read(desk: Desk) -> None:
    desk.put({"a.json": summary("401", note="NAME").replace(b"NAME", "Jokić à Münster".encode("cp1252", "replace"))})
    (outcome,) = desk.ingest().outcomes
    assert (outcome.result, outcome.repairs) == ("stored", ("encoding:cp1252",))


def test_a_number_of_thirty_digits_is_no_reason_to_lose_a_game(desk: Desk) -> None:
    desk.put({"a.json": b'{"header":{"id":"401","league":{"slug":"nba"},"competitions":[{"date":"2025-01-05T01:00Z"}]},'
              b'"boxscore":{},"plays":[{"homeScore":' + b"9" * 30 + b"}]}"})  # fmt: skip
    assert desk.results() == {"a.json": "stored"}


def test_bad_lines_are_dead_letters_with_their_numbers_and_good_ones_are_stored(desk: Desk) -> None:
    good = [summary(f"40{number}") for number in range(4)]
    lines = [good[0], b'{"header":', good[1], b"", b"oops", good[2], summary("405", date=None), good[3]]
    desk.put({"games.jsonl.gz": gzip.compress(b"\n".join(lines))})
    assert desk.results() == {
        "games.jsonl.gz:1": "stored",
        "games.jsonl.gz:2": "truncated",
        "games.jsonl.gz:3": "stored",
        "games.jsonl.gz:5": "not_json",
        "games.jsonl.gz:6": "stored",
        "games.jsonl.gz:7": "undated",
        "games.jsonl.gz:8": "stored",
    }
    assert {letter.origin.rpartition(":")[2] for letter in letters(desk.store)} == {"2", "5", "7"}
    assert len(desk.raw()) == 4


def test_lines_in_a_file_that_promises_one_document_are_read_one_by_one(desk: Desk) -> None:
    desk.put({"a.json": summary("401") + b"\n" + summary("402") + b"\nbad\n", "b.json": summary("403")})
    assert desk.results() == {"b.json": "stored", "a.json:1": "stored", "a.json:2": "stored", "a.json:3": "not_json"}


def test_a_file_that_cannot_be_read_is_accounted_for_without_a_letter(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put({"a.json": summary("401"), "b.json": summary("402")})
    read_bytes = Path.read_bytes

    def forbidden(path: Path) -> bytes:
        if path.name == "a.json":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    outcomes = desk.outcomes()
    assert outcomes["a.json"].reason == "unreadable_file"
    assert outcomes["a.json"].detail == "Permission denied"
    assert outcomes["a.json"].letter is None
    assert outcomes["b.json"].result == "stored"
    assert letters(desk.store) == []


def test_an_error_that_nobody_foresaw_is_one_letter(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from hooplake.sources import reading

    decode = reading.decode
    monkeypatch.setattr(reading, "decode", lambda body: 1 // 0 if b"401" in body else decode(body))
    desk.put({"a.json": summary("401"), "b.json": summary("402")})
    outcomes = desk.outcomes()
    assert outcomes["a.json"].reason == "unexpected"
    assert outcomes["a.json"].detail == "ZeroDivisionError: integer division or modulo by zero"
    assert outcomes["b.json"].result == "stored"


def test_a_file_that_is_too_large_is_not_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from hooplake.sources import reading

    monkeypatch.setattr(reading, "LARGEST", 500)
    desk.put({"a.json": summary("401", news="x" * 500)})
    assert desk.results() == {"a.json": "too_large"}


def test_the_same_bad_bytes_are_one_letter_that_counts_its_attempts(desk: Desk) -> None:
    desk.put({"a.json": b"oops", "b.json.gz": gzip.compress(b"oops")})
    desk.ingest()
    desk.ingest()
    (letter,) = letters(desk.store)
    assert letter.attempts == 2
    assert letter.origin == f"{desk.files}/a.json"
    assert (letter.reason, letter.size) == ("not_json", 4)
    assert letter.replay == f"hooplake deadletter replay {letter.sha} --lake {desk.store.url}"
    assert letter.first_seen.endswith("+00:00")


def test_a_letter_is_resolved_when_its_bytes_are_taken_in(desk: Desk) -> None:
    desk.put({"wnba/a.json": summary("401", league=None, date=None), "b.json": b"oops"})
    report = desk.ingest()
    sha = next(outcome.letter for outcome in report.dead if outcome.reason == "undated")
    commands = {letter.reason: letter.replay for letter in letters(desk.store)}
    assert commands["undated"].endswith(f" {sha} --lake {desk.store.url} --date YYYY-MM-DD")
    report = desk.ingest("wnba/a.json", date=date(2025, 7, 12))
    assert report.resolved == (sha,)
    assert report.outcomes[0].evidence == "league:folder season:date date:given"
    assert [letter.reason for letter in letters(desk.store)] == ["not_json"]
    assert desk.store.paths("deadletter/files")[0].count(sha or "") == 0


def test_letters_are_tried_again_from_what_the_lake_keeps(desk: Desk) -> None:
    desk.put({"wnba/a.json.gz": gzip.compress(summary("401", league=None, date=None)), "b.json": b"oops"})
    desk.ingest()
    (desk.files / "wnba/a.json.gz").unlink()
    report = replay_letters(desk.store, date=date(2025, 7, 12))
    assert report.counts == {"stored": 1, "unchanged": 0, "superseded": 0, "dead_letter": 1}
    assert desk.raw()[0].startswith("raw/espn/summary/league=wnba/season=2025/date=2025-07-12/401.01.")
    (left,) = letters(desk.store)
    assert (left.reason, left.attempts) == ("not_json", 2)
    with pytest.raises(ConfigError, match="no dead letter begins with 'ffff'"):
        replay_letters(desk.store, ["ffff"])


def test_a_copy_whose_folder_says_nothing_is_no_letter_where_another_says_it(desk: Desk) -> None:
    body = summary("401", league=None)
    desk.put({"a/401.json": body, "nba/401.json": body})
    assert desk.results() == {"a/401.json": "unchanged", "nba/401.json": "stored"}


def test_a_dry_run_says_the_same_and_writes_nothing(desk: Desk) -> None:
    desk.put({"a.json": summary("401"), "b.json": summary("401", note="b"), "c.json": b"oops"})
    dry = desk.ingest(dry_run=True)
    assert not Path(desk.store.url).exists()
    wet = desk.ingest()
    assert dry.outcomes == wet.outcomes
    assert (dry.dry_run, wet.dry_run) == (True, False)


@pytest.mark.parametrize("bounds", [(1, 1), (2, 1), (1024, 16)])
def test_batches_change_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch, bounds: tuple[int, int]) -> None:
    monkeypatch.setattr(files, "_BATCH", bounds[0])
    monkeypatch.setattr(files, "_JOB", bounds[1])
    desk.put({f"{number}.json": summary(f"40{number}") for number in range(5)})
    desk.put({"list.json": b"[" + summary("411") + b"," + summary("412") + b"]", "z.json": b"oops"})
    report = desk.ingest()
    assert report.counts == {"stored": 7, "unchanged": 0, "superseded": 0, "dead_letter": 1}
    assert len(desk.raw()) == 7
    assert set(desk.results().values()) == {"unchanged", "not_json"}


def test_workers_do_the_same_as_one_process(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put({f"{number:03}.json": summary(f"4{number:03}") for number in range(100)})
    desk.put({"bad.json": b"oops", "more.jsonl": b"\n".join(summary(f"5{number:03}") for number in range(60))})
    alone = desk.ingest(dry_run=True, jobs=1)
    monkeypatch.setattr(files, "_ALONE", 0)
    done: list[tuple[int, int]] = []
    report = desk.ingest(jobs=2, on_progress=lambda *state: done.append(state))
    assert report.outcomes == alone.outcomes
    assert done == sorted(done)
    assert done[-1][0] == done[-1][1] == sum(file.stat().st_size for file in desk.files.iterdir())


def test_documents_of_a_game_are_written_in_their_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a write fails, no document is there whose predecessor is not."""
    desk.put({f"{number}.json": summary("401", note=str(number)) for number in range(4)} | {"x.json": summary("402")})
    put_many = type(desk.store).put_many
    calls = 0

    def failing(store: object, objects: list[tuple[str, bytes]]) -> list[PutOutcome]:
        nonlocal calls
        calls += 1
        if calls == 3:
            return [PutOutcome(path, None, StoreError("disk full")) for path, _ in objects]
        return put_many(store, objects)  # type: ignore[arg-type]

    monkeypatch.setattr(type(desk.store), "put_many", failing)
    with pytest.raises(StoreError, match="disk full"):
        desk.ingest()
    assert [path.split("/")[-1][:6] for path in desk.raw()] == ["401.01", "401.02", "402.01"]
    monkeypatch.undo()
    assert sorted(desk.results().values()) == ["stored", "stored", "unchanged", "unchanged", "unchanged"]
    assert [path.split("/")[-1][:6] for path in desk.raw()] == ["401.01", "401.02", "401.03", "401.04", "402.01"]


@pytest.mark.parametrize(
    "options", [{"league": "xfl"}, {"season": 20255}, {"date": date(1066, 10, 14)}], ids=["league", "season", "date"]
)
def test_arguments_that_cannot_be_are_wrong_usage(desk: Desk, options: dict[str, object]) -> None:
    desk.put({"a.json": summary("401")})
    with pytest.raises(ConfigError):
        desk.ingest(**options)


def test_a_lake_takes_in_files(desk: Desk) -> None:
    desk.put({"a.json": summary("401")})
    with hooplake.open(desk.store.url, create=True) as lake:
        report = lake.ingest_files([desk.files])
    assert report.counts["stored"] == 1
    assert json.loads(as_json(report.to_json()))["files"][0]["game_date"] == "2025-01-04"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["401", "402"]),
            st.sampled_from(["scheduled", "in_progress", "final"]),
            st.sampled_from([None, "2025-01-05T03:00Z", "2025-01-05T04:00Z"]),
            st.sampled_from("xyz"),
            st.sampled_from("n"),
        ),
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_the_lake_is_a_function_of_the_files(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, str, str | None, str, str]], chance: object
) -> None:
    bodies = {
        f"{number}.json": summary(game, status=status, updated=updated, note=note, news=news)
        for number, (game, status, updated, note, news) in enumerate(made)
    }
    if not bodies:
        return
    names = list(bodies)
    chance.shuffle(names)  # type: ignore[attr-defined]
    lakes = []
    for order in (list(bodies), names):
        desk = Desk(tmp_path_factory.mktemp("desk"))
        desk.put(bodies)
        desk.ingest(*order)
        lakes.append(desk.raw())
        assert desk.ingest(*order).counts["unchanged"] == len(bodies)
    assert lakes[0] == lakes[1]

"""Bytes to a typed document, or a typed reason why not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.errors import DocumentError
from hooplake.games.espn.decode import decode
from tests.games.documents import athlete, box, competition, page, play, plays_of, read, summary

BODY = json.dumps(summary()).encode()


def reason(body: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        decode(body)
    assert str(caught.value) == f"{caught.value.reason}: {caught.value.detail}"
    return caught.value.reason


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (BODY[:-1], "truncated"),
        (BODY[:40], "truncated"),
        (BODY.decode().encode("utf-16")[:-2], "truncated"),
        (BODY.decode().encode("utf-16")[:-1], "truncated"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"\n <?xml version='1.0'?>", "html"),
        (b"service unavailable", "not_json"),
        (BODY + b"}", "not_json"),
        (b"\x1f\x8b\x08\x00", "not_json"),
        (b"[]", "not_an_object"),
        (b"17", "not_an_object"),
        (b"null", "not_an_object"),
        (b"{}", "unknown_kind"),
        (b'{"header": {}}', "unknown_kind"),
        (b'{"boxscore": {}, "plays": []}', "unknown_kind"),
        (b'{"page": {"content": {}}}', "unknown_kind"),
        (b'{"gamepackageJSON": null}', "unknown_kind"),
        (b'{"header": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "too_deep"),
        (b'{"news": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}", "too_deep"),
        (b"[" * 50_000, "too_deep"),
    ],
)
def test_what_cannot_be_read_has_a_reason(body: bytes, expected: str) -> None:
    assert reason(body) == expected


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (summary(), "summary"),
        ({"gamepackageJSON": summary(), "gameId": 401}, "gamepackage"),
        (page(), "page"),
        (page() | summary(), "page"),
        ({"gamepackageJSON": summary()} | summary(), "gamepackage"),
        ({"header": {"id": "401"}, "boxscore": {}}, "summary"),
    ],
)
def test_a_kind_is_told_by_what_is_there_page_first(document: Any, kind: str) -> None:
    assert decode(json.dumps(document).encode()).kind == kind


@pytest.mark.parametrize(
    ("encoding", "repairs"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ("encoding:utf-8-sig",)),
        ("utf-16", ("encoding:utf-16",)),
        ("utf-16-le", ("encoding:utf-16-le",)),
        ("utf-16-be", ("encoding:utf-16-be",)),
        ("utf-32", ("encoding:utf-32",)),
        ("cp1252", ("encoding:cp1252",)),
    ],
)
def test_other_encodings_are_read_and_reported(encoding: str, repairs: tuple[str, ...]) -> None:
    document = summary(players=[box("24", athlete("1") | {"athlete": {"id": "1", "displayName": "José Núñez"}})])
    body = json.dumps(document, ensure_ascii=False).encode(encoding)
    found = decode(body)
    assert found.repairs == repairs
    assert read(body).players[0].player == "José Núñez"


def mended(document: Any) -> tuple[str, ...]:
    return decode(json.dumps(document).encode()).repairs


def test_a_value_of_another_type_is_coerced_where_its_meaning_is_plain() -> None:
    document = summary(game_id=401, year="2025", players=[box("24", athlete("1", (35, *["0"] * 13)))])  # type: ignore[arg-type]
    found = decode(json.dumps(document).encode())
    assert found.document.header is not None
    assert found.document.header.id == "401"
    assert found.document.header.season is not None
    assert found.document.header.season.year == 2025
    assert read(document).players[0].minutes == 35
    assert found.repairs == (
        "value:$.header.id:1",
        "value:$.header.season.year:1",
        "value:$.boxscore.players[].statistics[].athletes[].stats[]:1",
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (2.0, 2),
        ("2", 2),
        (" 3 ", 3),
        (2.5, None),
        ("two", None),
        ([2], None),
        ({}, None),
        (True, None),
        ("9" * 19, None),
    ],
)
def test_an_integer_is_taken_from_what_is_one_and_dropped_from_what_is_not(given: Any, kept: int | None) -> None:
    found = decode(json.dumps(summary(plays=[play(scoreValue=given)])).encode())
    assert found.document.plays is not None
    assert found.document.plays[0].score_value == kept
    assert found.repairs == ("value:$.plays[].scoreValue:1",)


@pytest.mark.parametrize(
    ("given", "kept"), [("true", True), ("FALSE", False), ("yes", None), (1, None), (0.0, None), ([], None)]
)
def test_a_flag_is_taken_from_its_words(given: Any, kept: bool | None) -> None:
    found = decode(json.dumps(summary(plays=[play(scoringPlay=given)])).encode())
    assert found.document.plays is not None
    assert found.document.plays[0].scoring_play is kept


def test_one_kind_of_wrong_type_is_mended_in_every_row_at_once() -> None:
    document = summary(plays=[play(n, scoreValue="2" if n % 2 else 2) for n in range(600)])
    found = decode(json.dumps(document).encode())
    assert found.document.plays is not None
    assert {p.score_value for p in found.document.plays} == {2}
    assert found.repairs == ("value:$.plays[].scoreValue:300",)


def test_an_element_that_is_none_costs_no_game() -> None:
    document = summary(plays=[play(1), None, "?", [], play(2)])  # type: ignore[list-item]
    assert mended(document) == ("value:$.plays[]:1",) * 3
    assert len(read(document).plays) == 5


def test_a_number_out_of_range_is_dropped_and_those_beside_it_stay() -> None:
    body = json.dumps(summary(plays=[play(1, xy=(1, 2)), play(2, xy=(77, 3)), play(3, xy=(5, 6))])).encode()
    found = decode(body.replace(b'"x": 77', b'"x": 1e999'))
    assert found.document.plays is not None
    assert [p.coordinate.x for p in found.document.plays if p.coordinate is not None] == [1, None, 5]


@pytest.mark.parametrize(
    "odd",
    [
        b'"note": NaN',
        b'"note": -Infinity',
        b'"note": "\\ud83d half a pair"',
        b'"note": "\\udc00"',
        b'"note": "a line\nbreak"',
        b'"note": ' + b"9" * 5000,
        b'"note": 1e999, "half": "\\ud800"',
    ],
)
def test_careless_json_is_read_and_reported(odd: bytes) -> None:
    found = decode(BODY[:-1] + b", " + odd + b"}")
    assert found.kind == "summary"
    assert found.repairs in (("json:lenient",), ())


def test_whole_pairs_and_escaped_escapes_survive_careless_json() -> None:
    text = "smile \\ud83d\\ude00, half \\ud83d, not one \\\\ud83d"
    body = json.dumps(summary(plays=[play(1)])).replace("A makes jumper", text).encode()
    found = decode(body)
    assert found.document.plays is not None
    assert found.document.plays[0].text == "smile 😀, half \ufffd, not one \\ud83d"
    assert found.repairs == ("json:lenient",)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2025-01-05T01:12:13Z", datetime(2025, 1, 5, 1, 12, 13, tzinfo=UTC)),
        ("2025-01-05T01:12Z", datetime(2025, 1, 5, 1, 12, tzinfo=UTC)),
        ("2025-01-05T01:12:13", datetime(2025, 1, 5, 1, 12, 13, tzinfo=UTC)),
        ("2025-01-04T20:12:13-05:00", datetime(2025, 1, 5, 1, 12, 13, tzinfo=UTC)),
        ("yesterday", None),
        (1736039533, None),
    ],
)
def test_a_wall_clock_is_a_time_with_a_zone_or_none(given: Any, kept: datetime | None) -> None:
    document = summary(plays=[play(1, wallclock=given), play(2, wallclock="2025-01-05T01:13:00Z")])
    walls = plays_of(read(document)).wallclock
    assert walls == [kept, datetime(2025, 1, 5, 1, 13, tzinfo=UTC)]


def test_a_document_in_which_nearly_everything_is_wrong_is_still_one() -> None:
    document = summary(plays=[play(n) for n in range(40)], players=[box("24", athlete("1"))])
    for row in document["plays"]:
        for name in list(row):
            row[name] = [row[name]]
    competition(document)["competitors"] = "two"
    game = read(document)
    assert len(game.plays) == 40
    assert game.teams == []


REASONS = {"empty", "truncated", "not_json", "html", "not_an_object", "unknown_kind", "too_deep", "unreadable"}


@given(st.binary(max_size=60))
def test_any_bytes_have_an_outcome(body: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        decode(body)
    assert caught.value.reason in REASONS

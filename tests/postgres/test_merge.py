"""The merge changes two subtrees and nothing else, whatever the documents are."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hooplake.build.step import Failure
from hooplake.postgres.batches import Staged
from hooplake.postgres.extraction import Extracted, staged
from hooplake.postgres.merge import merge, prepare

Connection = psycopg.Connection[Any]

# JSON as text, since no Python value has every number and key that a document may have.
numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?", fullmatch=True).map(str)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20).map(json.dumps)
keys = st.one_of(
    st.sampled_from(['"metadata"', '"espn_features"', '"enrichment"', '"data"', '""', '"Espn_features"']), texts
)
scalars = st.one_of(st.sampled_from(["null", "true", "false"]), numbers, texts)


def objects(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(keys, values), max_size=5)
    return pairs.map(lambda items: "{" + ",".join(f"{key}:{value}" for key, value in items) + "}")


def nested(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.lists(values, max_size=4).map(lambda items: "[" + ",".join(items) + "]"), objects(values))


documents = st.one_of(
    objects(st.recursive(scalars, nested, max_leaves=25)), st.recursive(scalars, nested, max_leaves=5)
)


def extracted(game_id: str, body: bytes = b'{"game_info":{"game_id":"1"}}', content: str = "c1") -> Staged:
    (found,) = staged([Extracted(game_id, body, content, 3, 2, "f1")], "v1")
    assert not isinstance(found, Failure)
    return found


def put(connection: Connection, texts: list[str]) -> list[str]:
    connection.execute("truncate raw_data.nba_games, raw_data.game_enrichment")
    games = [f"g{number:03d}" for number in range(len(texts))]
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into raw_data.nba_games (game_id, source, data) values (%s, 'ESPN', %s::jsonb)",
            list(zip(games, texts, strict=True)),
        )
    return games


def kind_of(connection: Connection, path: str) -> list[str | None]:
    return [
        row[0]
        for row in connection.execute(
            f"select jsonb_typeof(data {path}) from raw_data.nba_games order by game_id".encode()
        )
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(documents, min_size=1, max_size=8))
def test_every_other_key_keeps_its_exact_value(connection: Connection, texts: list[str]) -> None:
    games = put(connection, texts)
    query = (
        "select game_id, case when jsonb_typeof(data -> 'metadata') = 'object' "
        "then (data - 'espn_features') #- '{metadata,enrichment}' "
        "when jsonb_typeof(data) = 'object' then data - 'espn_features' else data end::text, data::text "
        "from raw_data.nba_games order by game_id"
    )
    before = connection.execute(query).fetchall()
    kinds, metadata = kind_of(connection, ""), kind_of(connection, "-> 'metadata'")
    prepare(connection)
    merged = merge(connection, [extracted(game) for game in games], version="v1")
    after = connection.execute(query).fetchall()
    for number, game in enumerate(games):
        mergeable = kinds[number] == "object" and metadata[number] in (None, "object")
        assert (game in merged.written) == mergeable
        assert (game in merged.failed) == (not mergeable)
        if not mergeable:
            assert after[number] == before[number], "byte for byte"
            continue
        expected, found = json.loads(before[number][1]), json.loads(after[number][1])
        if metadata[number] is None:
            assert found.pop("metadata") == {}
            assert found == expected
        else:
            assert after[number][1] == before[number][1], "byte for byte"
        data = json.loads(after[number][2])
        assert data["espn_features"] == {"game_info": {"game_id": "1"}}
        assert data["metadata"]["enrichment"]["content_hash"] == "c1"
    again = merge(connection, [extracted(game) for game in games], version="v1")
    assert again.written == ()
    assert set(again.unchanged) == set(merged.written)
    assert connection.execute(query).fetchall() == after


def test_deep_nests_large_numbers_and_odd_texts_survive(connection: Connection) -> None:
    deep = "[" * 400 + "]" * 400
    text = (
        '{"big": 123456789012345678901234567890.123456789, "small": 1e-40, "one": 1.0, "null": null, '
        f'"deep": {deep}, "": {{"": ""}}, "\\u2603\\ud83c\\udfc0": "\\"\\\\/\\b\\f\\n\\r\\t", '
        '"metadata": {"x": null, "enrichment": {"old": 1}}}'
    )
    put(connection, [text])
    prepare(connection)
    merge(connection, [extracted("g000")], version="v1")
    (found,) = connection.execute(
        "select ((data - 'espn_features') #- '{metadata,enrichment}')::text = "
        "((%s::jsonb) #- '{metadata,enrichment}')::text from raw_data.nba_games",
        (text,),
    ).fetchone() or (False,)
    assert found
    (number,) = connection.execute("select data ->> 'one' from raw_data.nba_games").fetchone() or ("",)
    assert number == "1.0"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("null", "data_not_an_object"),
        ("[]", "data_not_an_object"),
        ('"text"', "data_not_an_object"),
        ("7", "data_not_an_object"),
        ('{"metadata": null}', "metadata_not_an_object"),
        ('{"metadata": [1]}', "metadata_not_an_object"),
        ('{"a": 1, "metadata": "m"}', "metadata_not_an_object"),
    ],
)
def test_what_would_be_destroyed_is_left_alone_and_told(connection: Connection, text: str, reason: str) -> None:
    put(connection, [text])
    prepare(connection)
    merged = merge(connection, [extracted("g000")], version="v1")
    assert merged.failed["g000"].reason == reason
    (found,) = connection.execute("select data::text from raw_data.nba_games").fetchone() or ("",)
    assert found == json.dumps(json.loads(text))


def test_a_row_that_is_gone_is_told(connection: Connection) -> None:
    put(connection, ["{}"])
    prepare(connection)
    merged = merge(connection, [extracted("g000"), extracted("g001")], version="v1")
    assert merged.written == ("g000",)
    assert merged.failed["g001"].reason == "row_gone"


def test_other_features_replace_the_subtree_whole(connection: Connection) -> None:
    put(connection, ["{}"])
    prepare(connection)
    merge(connection, [extracted("g000", b'{"a": {"x": 1, "y": 2}}', "c1")], version="v1")
    merge(connection, [extracted("g000", b'{"a": {"x": 5}}', "c2")], version="v1")
    (found,) = connection.execute("select data -> 'espn_features' from raw_data.nba_games").fetchone() or ({},)
    assert found == {"a": {"x": 5}}


def test_the_other_columns_of_a_row_stay_as_they_are(connection: Connection) -> None:
    connection.execute(
        "insert into raw_data.nba_games (game_id, source, season, game_date, collected_at, data, metadata) values "
        "('g', 'ESPN', 2024, '2025-01-04', '2025-01-05 01:00', '{}', '{\"collection\": {\"x\": 1}}')"
    )
    columns = "id, game_id, source, season, game_date, collected_at, metadata"
    before = connection.execute(f"select {columns} from raw_data.nba_games".encode()).fetchall()
    prepare(connection)
    merge(connection, [extracted("g")], version="v1")
    assert connection.execute(f"select {columns} from raw_data.nba_games".encode()).fetchall() == before


def test_a_merge_that_does_not_come_to_its_end_leaves_nothing(connection: Connection) -> None:
    put(connection, ["{}", "{}"])
    prepare(connection)
    with connection.transaction(force_rollback=True):
        assert merge(connection, [extracted("g000"), extracted("g001")], version="v1").written == ("g000", "g001")
    assert connection.execute("select count(*) from raw_data.nba_games where data ? 'espn_features'").fetchone() == (0,)
    assert connection.execute("select count(*) from raw_data.game_enrichment").fetchone() == (0,)

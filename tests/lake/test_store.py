"""A store replaces objects as a whole, keeps conditions, and lists what is there."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hooplake.errors import ConfigError, Conflict, ObjectNotFound, StoreError
from hooplake.lake.store import Store


def test_what_was_put_is_got(store: Store) -> None:
    store.put("raw/a/one.json", b"first")
    store.put("raw/a/one.json", b"second bytes")
    assert store.get("raw/a/one.json") == b"second bytes"
    assert store.get_range("raw/a/one.json", 7, 3) == b"byt"
    assert store.get_range("raw/a/one.json", 7, 300) == b"bytes"
    source = store.open_input("raw/a/one.json")
    source.seek(7)
    assert source.read(2) == b"by"


def test_missing_objects(store: Store) -> None:
    store.put("raw/a", b"")
    assert store.head("raw/b") is None
    for read in (store.get, store.open_input, lambda path: store.get_range(path, 0, 1)):
        with pytest.raises(ObjectNotFound, match="raw/b"):
            read("raw/b")
    store.delete("raw/b")
    store.delete("raw/a")
    assert store.list() == []


def test_head_and_list_say_the_same(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    etag = store.put("raw/a.json", b"12345")
    meta = store.head("raw/a.json")
    assert meta is not None
    assert (meta.path, meta.size, meta.etag) == ("raw/a.json", 5, etag)
    assert before <= meta.modified <= datetime.now(UTC) + timedelta(seconds=2)
    assert store.list() == [meta]


def test_listing_is_sorted_and_of_whole_segments(store: Store) -> None:
    for path in ("silver/b/2", "silver/bb/1", "silver/b/10", "gold/x"):
        store.put(path, b"x")
    assert store.paths() == ["gold/x", "silver/b/10", "silver/b/2", "silver/bb/1"]
    assert store.paths("silver/b") == ["silver/b/10", "silver/b/2"]
    assert [meta.path for meta in store.list("silver/b")] == ["silver/b/10", "silver/b/2"]
    assert store.list("bronze") == []


def test_put_if_absent(store: Store) -> None:
    store.put("raw/a", b"first", if_absent=True)
    with pytest.raises(Conflict):
        store.put("raw/a", b"second", if_absent=True)
    assert store.get("raw/a") == b"first"


def test_put_if_match(store: Store) -> None:
    old = store.put("raw/a", b"first")
    new = store.put("raw/a", b"second", if_match=old)
    assert new != old
    with pytest.raises(Conflict):
        store.put("raw/a", b"third", if_match=old)
    with pytest.raises(Conflict):
        store.put("raw/none", b"third", if_match=new)
    assert store.get("raw/a") == b"second"


def test_publish_moves_a_finished_file(store: Store) -> None:
    file = store.scratch / "finished.part"
    file.write_bytes(b"rows")
    etag = store.publish("silver/t/part-0.parquet", file)
    assert not file.exists()
    assert store.get("silver/t/part-0.parquet") == b"rows"
    file.write_bytes(b"more rows")
    with pytest.raises(Conflict):
        store.publish("silver/t/part-0.parquet", file, if_absent=True)
    assert file.exists()
    assert store.publish("silver/t/part-0.parquet", file, if_match=etag) != etag
    assert store.get("silver/t/part-0.parquet") == b"more rows"


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../up", "a/../b", "a//b", "a/", "./a", "a\\b", "a\0b", "a\nb"])
def test_hostile_paths_are_rejected(store: Store, path: str) -> None:
    for use in (store.get, store.delete, store.head, store.local_path, lambda path: store.put(path, b"x")):
        with pytest.raises(ConfigError, match="not an object path"):
            use(path)
    assert store.list() == []


def test_unfinished_files_are_no_objects(store: Store) -> None:
    with pytest.raises(ConfigError, match="unfinished"):
        store.put("tmp/a", b"x")
    (store.scratch / "left-behind.part").write_bytes(b"x")
    store.put("raw/tmp/a", b"x")
    assert store.paths() == ["raw/tmp/a"]


def test_many_puts_have_a_result_each(store: Store) -> None:
    store.put("raw/3", b"before")
    outcomes = store.put_many([(f"raw/{n}", b"%d" % n) for n in range(40)], if_absent=True)
    assert [outcome.path for outcome in outcomes] == [f"raw/{n}" for n in range(40)]
    assert [n for n, outcome in enumerate(outcomes) if outcome.error] == [3]
    assert isinstance(outcomes[3].error, Conflict)
    assert store.get("raw/3") == b"before"
    assert store.get("raw/39") == b"39"
    assert {outcome.etag for outcome in outcomes if outcome.etag} == {
        meta.etag for meta in store.list("raw") if meta.path != "raw/3"
    }


def test_files_of_a_slow_disk_are_synced_at_the_same_time_before_any_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path)
    together = threading.Barrier(4, timeout=10)
    named: list[list[str]] = []
    sync = os.fsync

    def slow(descriptor: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            together.wait()
            named.append(store.paths())
        else:
            time.sleep(0.01)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    outcomes = store.put_many([(f"raw/{n}", b"%d" % n) for n in range(5)])
    assert named == [[]] * 4
    assert [store.get(outcome.path) for outcome in outcomes] == [b"0", b"1", b"2", b"3", b"4"]
    assert {outcome.path: outcome.etag for outcome in outcomes} == {meta.path: meta.etag for meta in store.list()}


def test_an_object_that_cannot_be_synced_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(tmp_path)
    sync, left = os.fsync, [2]

    def broken(descriptor: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.EIO, "the disk fails")
        sync(descriptor)

    store.put("raw/0", b"0")  # makes the folders
    monkeypatch.setattr(os, "fsync", broken)
    outcomes = store.put_many([(f"raw/{n}", b"%d" % n) for n in (1, 2, 3)])
    assert [str(outcome.error) for outcome in outcomes if outcome.error] == [
        f"cannot write raw/2 in {tmp_path}: the disk fails"
    ]
    assert store.paths() == ["raw/0", "raw/1", "raw/3"]
    assert [file.name for file in store.scratch.iterdir()] == ["lock"]


def test_a_store_reopens_in_another_process(store: Store) -> None:
    store.put("raw/a", b"x")
    again = pickle.loads(pickle.dumps(store))
    assert again.url == store.url
    assert again.get("raw/a") == b"x"


def test_an_input_is_one_version_of_the_object(store: Store) -> None:
    store.put("raw/a", b"old" * 1_000_000)
    meta = store.head("raw/a")
    source = store.open_input("raw/a", meta)
    store.put("raw/a", b"new" * 1_000_000)
    try:  # a file stays what it was when opened; a bucket notices that it changed
        assert source.read() == b"old" * 1_000_000
        assert store.is_local
    except Conflict:
        assert not store.is_local
    with pytest.raises(Conflict):
        store.open_input("raw/a", meta).read()


@pytest.mark.parametrize("url", ["gs://bucket/x", "http://host/x"])
def test_other_addresses_are_rejected(url: str) -> None:
    with pytest.raises(ConfigError, match="s3://"):
        Store.open(url)


def test_a_wrong_client_setting_is_rejected() -> None:
    with pytest.raises(ConfigError, match="cannot open"):
        Store.open("s3://bucket/x", {"no_such_setting": "1"})


def test_a_lake_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError, match="is a file"):
        Store.open(tmp_path / "file")


def test_opening_and_reading_make_no_directory(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "lake")
    assert store.list() == []
    assert store.head("raw/a") is None
    assert not (tmp_path / "lake").exists()


def test_local_path(directory: Store, bucket: Store) -> None:
    directory.put("raw/a", b"x")
    file = directory.local_path("raw/a")
    assert file is not None
    assert file.read_bytes() == b"x"
    assert bucket.local_path("raw/a") is None


def test_local_etag_survives_a_copy_and_tells_quick_writes_apart(directory: Store, tmp_path: Path) -> None:
    etags = [directory.put("raw/a", b"same") for _ in range(50)]
    assert len(set(etags)) == 50
    shutil.copytree(directory.url, tmp_path / "copy")
    assert Store.open(tmp_path / "copy").list() == directory.list()


def test_no_rename_before_the_bytes_are_on_disk(directory: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (done.append("sync"), sync(descriptor))[1])
    monkeypatch.setattr(os, "replace", lambda a, b: (done.append("rename"), replace(a, b))[1])
    directory.put("raw/a", b"x")
    directory.put("raw/a", b"y")
    assert done[-3:] == ["sync", "rename", "sync"]


def test_a_failed_write_leaves_nothing(directory: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    directory.put("raw/a", b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="free some space"):
        directory.put("raw/a", b"new")
    monkeypatch.undo()
    assert directory.get("raw/a") == b"old"
    assert [name.name for name in directory.scratch.iterdir() if name.suffix == ".part"] == []


def test_what_killed_writers_left_is_swept_after_a_day(directory: Store) -> None:
    old, young, other = (directory.scratch / name for name in ("1-0-aa.part", "1-1-aa.part", "keep.arrow"))
    for file in (old, young, other):
        file.write_bytes(b"x")
    for file in (old, other):
        os.utime(file, (0, 0))
    directory.put("raw/a", b"x")
    assert not old.exists()
    assert young.exists()
    assert other.exists()


def test_a_reader_never_sees_half_an_object(directory: Store) -> None:
    versions = [bytes([n]) * 200_000 for n in range(8)]
    directory.put("raw/a", versions[0])
    stop = threading.Event()
    torn: list[int] = []

    def read() -> None:
        while not stop.is_set():
            data = directory.get("raw/a")
            if data not in versions:
                torn.append(len(data))

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for _ in range(10):
            for version in versions:
                directory.put("raw/a", version)
        stop.set()
        for reader in readers:
            reader.result()
    assert torn == []


def test_of_many_conditional_writers_one_wins(store: Store) -> None:
    etag = store.put("raw/a", b"start")

    def write(number: int) -> bool:
        try:
            store.put("raw/a", b"%d" % number, if_match=etag)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        wins = list(pool.map(write, range(8)))
    assert wins.count(True) == 1
    assert store.get("raw/a") == b"%d" % wins.index(True)

"""Which files a path, a directory or a pattern means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hooplake.errors import ConfigError
from hooplake.sources.find import find, form_of_name, league_of_path, printable


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")


def names(folder: Path, *paths: Path | str) -> list[str]:
    return [offer.file.removeprefix(f"{folder}/") for offer in find(paths or [folder]).offers]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.json", "document"),
        ("a.JSON.GZ", "document"),
        ("a.json.zst", "document"),
        ("a.json.xz", "document"),
        ("a.jsonl", "lines"),
        ("a.ndjson.gz", "lines"),
        ("a.tar", "tar"),
        ("a.tar.gz", "tar"),
        ("a.tgz", "tar"),
        ("a.zip", "zip"),
        ("a.csv", None),
        ("a.json.part", None),
        ("a.zip.gz", None),
        ("json", None),
        (".json", "document"),
        ("a\nb.json", "document"),
    ],
)
def test_a_name_promises_a_form(name: str, form: str | None) -> None:
    assert form_of_name(name) == form


def test_directories_are_searched_and_other_files_are_accounted_for(tmp_path: Path) -> None:
    write(tmp_path, "b/2.json", "a/3.json.gz", "1.jsonl", "index.csv", "a/readme")
    found = find([tmp_path])
    assert [offer.file.removeprefix(f"{tmp_path}/") for offer in found.offers] == ["1.jsonl", "b/2.json", "a/3.json.gz"]
    assert [offer.form for offer in found.offers] == ["lines", "document", "document"]
    assert found.skipped == (f"{tmp_path}/a/readme", f"{tmp_path}/index.csv")


def test_the_files_of_one_game_come_together_in_whatever_order_they_are_named(tmp_path: Path) -> None:
    write(tmp_path, "monday/7.json", "monday/8.json", "sunday/7.json", "sunday/8.json")
    expected = ["monday/7.json", "sunday/7.json", "monday/8.json", "sunday/8.json"]
    assert names(tmp_path, tmp_path / "monday", tmp_path / "sunday") == expected
    assert names(tmp_path, tmp_path / "sunday", tmp_path / "monday") == expected


def test_a_file_is_found_once_however_many_names_lead_to_it(tmp_path: Path) -> None:
    write(tmp_path, "a/1.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "a/1.json")
    os.link(tmp_path / "a/1.json", tmp_path / "0.json")
    (tmp_path / "again").symlink_to(tmp_path / "a")
    for paths in ([tmp_path], [tmp_path, tmp_path / "a", tmp_path / "a/1.json"], [tmp_path / "**/*.json", tmp_path]):
        assert names(tmp_path, *map(str, paths)) == ["0.json"]


def test_links_that_go_in_circles_end(tmp_path: Path) -> None:
    write(tmp_path, "a/b/1.json")
    (tmp_path / "a/b/up").symlink_to(tmp_path / "a")
    (tmp_path / "a/self.json").symlink_to(tmp_path / "a/self.json")
    (tmp_path / "a/gone.json").symlink_to(tmp_path / "nowhere")
    offers = find([tmp_path]).offers
    assert [(os.path.basename(offer.file), offer.reason) for offer in offers] == [
        ("1.json", ""),
        ("gone.json", "unreadable_file"),
        ("self.json", "unreadable_file"),
    ]


def test_a_file_that_is_named_itself_is_taken_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path, "page", "odd[1].txt")
    assert names(tmp_path, tmp_path / "page", tmp_path / "odd[1].txt") == ["odd[1].txt", "page"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.json", "there is no such file or directory"),
        ("*.json", "no file matches this pattern"),
        ("empty", "there is no game document in"),
        ("other", "1 files of other names were left out"),
        ("nowhere.json", "the link leads nowhere"),
        ("pipe", "neither a file nor a directory"),
    ],
)
def test_what_names_nothing_is_wrong_usage(tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, "other/notes.txt")
    (tmp_path / "nowhere.json").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")
    if path == "*.json":
        (tmp_path / "nowhere.json").unlink()
    with pytest.raises(ConfigError, match=message):
        find([tmp_path / path])


def test_a_pipe_in_a_directory_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "1.json")
    os.mkfifo(tmp_path / "2.json")
    assert names(tmp_path) == ["1.json"]


def test_the_lake_is_not_searched(tmp_path: Path) -> None:
    write(tmp_path, "lake/deadletter/files/0123.json", "1.json")
    assert len(find([tmp_path], leave_out=tmp_path / "lake").offers) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_directory_that_is_forbidden_is_accounted_for(tmp_path: Path) -> None:
    write(tmp_path, "secret/1.json", "2.json")
    (tmp_path / "secret").chmod(0)
    try:
        assert {offer.reason for offer in find([tmp_path]).offers} == {"", "unreadable_file"}
    finally:
        (tmp_path / "secret").chmod(0o700)


@pytest.mark.parametrize(
    ("path", "league"),
    [
        ("data/nba/1.json", "nba"),
        ("nba/wnba/1.json", "wnba"),
        ("data/league=mbb/season=2025/1.json", "mbb"),
        ("games.tar!wbb/1.json", "wbb"),
        ("data/nba.json", None),
        ("nba", None),
        ("my-nba/1.json", None),
    ],
)
def test_a_folder_may_name_the_league(path: str, league: str | None) -> None:
    assert league_of_path(path) == league


def test_names_of_any_bytes_can_be_printed() -> None:
    assert printable(os.fsdecode(b"caf\xe9\x1b[31m.json")) == "caf\ufffd\ufffd[31m.json"

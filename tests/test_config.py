"""Settings: what wins over what, and that nothing wrong goes unnoticed."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from hooplake.config import Settings
from hooplake.errors import ConfigError


def read(directory: Path, environ: dict[str, str] | None = None, lake: str | Path | None = None) -> Settings:
    return Settings.read(lake=lake, directory=directory, environ=environ or {})


def test_without_anything_said_the_defaults_hold(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.lake, settings.ledger, settings.real_data) == ("lake", "", Path("../shared/data"))
    assert 1 <= settings.jobs <= (os.cpu_count() or 1)


def test_argument_beats_environment_beats_working_directory_beats_lake(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    (lake / "hooplake.toml").write_text("jobs = 4")
    (tmp_path / "hooplake.toml").write_text(f"lake = {str(lake)!r}")
    assert read(tmp_path).jobs == 4
    (tmp_path / "hooplake.toml").write_text(f"lake = {str(lake)!r}\njobs = 3")
    assert read(tmp_path).jobs == 3
    assert read(tmp_path, {"HOOPLAKE_JOBS": "2"}).jobs == 2
    other = read(tmp_path, {"HOOPLAKE_LAKE": "elsewhere"}, lake="s3://bucket/lake")
    assert (other.lake, other.jobs) == ("s3://bucket/lake", 3)
    assert read(tmp_path, {"HOOPLAKE_LAKE": "elsewhere"}).lake == "elsewhere"


def test_a_path_in_a_file_starts_from_that_file(tmp_path: Path) -> None:
    (tmp_path / "hooplake.toml").write_text('lake = "a"\nledger = "state/ledger.sqlite"\nreal_data = "/data"')
    settings = read(tmp_path)
    assert settings.lake == str(tmp_path / "a")
    assert settings.ledger == str(tmp_path / "state" / "ledger.sqlite")
    assert settings.real_data == Path("/data")


def test_an_empty_variable_is_one_that_is_not_set(tmp_path: Path) -> None:
    assert read(tmp_path, {"HOOPLAKE_LAKE": "", "HOOPLAKE_JOBS": " "}) == read(tmp_path)


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        read(tmp_path).jobs = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"HOOPLAKE_JOB": "2"}, r"HOOPLAKE_JOB: no such setting\. Did you mean 'jobs'\?"),
        ({"HOOPLAKE_XYZZY": "2"}, r"HOOPLAKE_XYZZY: no such setting\. There are: lake, ledger, jobs, espn_url, "),
        ({"HOOPLAKE_JOBS": "two"}, r"HOOPLAKE_JOBS: 'two' is not a whole number of at least 1\."),
        ({"HOOPLAKE_JOBS": "0"}, r"HOOPLAKE_JOBS: '0' is not a whole number"),
        ({"HOOPLAKE_REAL_DATA": "s3://bucket"}, r"HOOPLAKE_REAL_DATA: 's3://bucket' is not a directory\."),
        ({"HOOPLAKE_LEDGER": "postgresql://host/db"}, r"HOOPLAKE_LEDGER: 'postgresql://host/db' is not a file\."),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read(tmp_path, environ)


def test_the_table_of_checkpoints_may_be_named_as_other_pipelines_name_it(tmp_path: Path) -> None:
    other = {"CBBD_CHECKPOINT_TABLE": " cbbd_checkpoints "}
    assert read(tmp_path, other).checkpoints == "dynamodb://cbbd_checkpoints"
    assert read(tmp_path, {**other, "HOOPLAKE_CHECKPOINTS": "dynamodb://mine"}).checkpoints == "dynamodb://mine"
    (tmp_path / "hooplake.toml").write_text("checkpoints = 'dynamodb://of_the_file'")
    assert read(tmp_path, other).checkpoints == "dynamodb://cbbd_checkpoints"  # a variable comes before a file
    assert read(tmp_path, {"CBBD_CHECKPOINT_TABLE": ""}).checkpoints == "dynamodb://of_the_file"
    assert [setting.also for _, setting in Settings.documented() if setting.also] == ["CBBD_CHECKPOINT_TABLE"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jbos = 2", r"hooplake\.toml: jbos: no such setting\. Did you mean 'jobs'\?"),
        ("jobs = true", r"hooplake\.toml: jobs: True is not a whole number of at least 1\."),
        ("jobs = 1.5", r"hooplake\.toml: jobs: 1\.5 is not a whole number"),
        ("lake = 3", r"hooplake\.toml: lake: 3 is not a path or a URL\."),
        ("lake = ''", r"hooplake\.toml: lake: '' is not a path or a URL\."),
        ("[lake]\nurl = 's3://b'", r"hooplake\.toml: lake: \{'url': 's3://b'\} is not a path or a URL\."),
        ("lake = ", r"hooplake\.toml: not valid TOML \(Invalid value"),
    ],
)
def test_a_wrong_key_or_value_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "hooplake.toml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        read(tmp_path)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "hooplake.toml").write_bytes(b"lake = '\xff'")
    with pytest.raises(ConfigError, match=r"hooplake\.toml: not valid TOML"):
        read(tmp_path)


def test_a_lake_cannot_say_where_the_lake_is(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    (lake / "hooplake.toml").write_text("lake = 'elsewhere'")
    with pytest.raises(ConfigError, match="'lake' cannot be set in the lake itself"):
        read(tmp_path, lake=lake)


def test_the_working_directory_may_be_the_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hooplake.toml").write_text("lake = '.'\njobs = 2")
    monkeypatch.chdir(tmp_path)
    assert Settings.read().jobs == 2

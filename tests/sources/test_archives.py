"""Files that hold many documents, whole and damaged."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.sources import archives
from hooplake.sources.archives import expand, holds_several
from hooplake.sources.find import Offer, form_of_name


def offers(folder: Path, name: str, data: bytes) -> list[tuple[str, bytes | None, str]]:
    """Place in the file, bytes and reason of everything in an archive."""
    path = folder / name
    path.write_bytes(data)
    archive = Offer(name, file=str(path), form=form_of_name(name) or "lines", weight=len(data))
    return [(offer.origin.removeprefix(name), offer.body, offer.reason) for offer in expand(archive, [])]


def tar(members: dict[str, bytes], mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_lines_are_numbered_as_an_editor_does(tmp_path: Path, ending: bytes) -> None:
    data = b"\xef\xbb\xbf" + ending.join([b'{"a":1}', b"", b"not json", b'{"b":2}'])
    assert offers(tmp_path, "x.jsonl", data) == [
        (":1", b'{"a":1}', ""),
        (":3", b"not json", ""),
        (":4", b'{"b":2}', ""),
    ]


def test_lines_before_a_cut_are_whole_and_what_is_left_is_kept(tmp_path: Path) -> None:
    lines = [json.dumps({"line": number, "text": "x" * 100}).encode() for number in range(400)]
    data = gzip.compress(b"\n".join(lines), mtime=0)
    found = offers(tmp_path, "x.jsonl.gz", data[: len(data) // 2])
    *whole, last = found
    assert [body for _, body, _ in whole] == lines[: len(whole)]
    assert last[0] == f":{len(whole) + 1}"
    assert last[2] == "truncated"
    assert last[1] is not None
    assert lines[len(whole)].startswith(last[1])
    assert 10 < len(whole) < 400


def test_a_cut_between_two_lines_is_told_of_the_file(tmp_path: Path) -> None:
    packer = __import__("zlib").compressobj(wbits=31)
    data = packer.compress(b'{"a":1}\n') + packer.flush(2)
    assert offers(tmp_path, "x.jsonl.gz", data) == [(":1", b'{"a":1}', ""), ("", None, "truncated")]


def test_a_line_that_is_too_long_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST", 50)
    data = b'{"a":1}\n' + b"x" * 500 + b'\n{"b":2}\n'
    assert offers(tmp_path, "x.jsonl", data) == [
        (":1", b'{"a":1}', ""),
        (":2", None, "too_large"),
        (":3", b'{"b":2}', ""),
    ]


def test_a_list_is_read_element_by_element_as_it_was_written(tmp_path: Path) -> None:
    assert offers(tmp_path, "x.json", b' [{"a": 1.50},\n {"b":2}, 3]') == [
        ("[0]", b'{"a": 1.50}', ""),
        ("[1]", b'{"b":2}', ""),
        ("[2]", b"3", ""),
    ]


@pytest.mark.parametrize(("data", "reason"), [(b'[{"a":1},{"b"', "truncated"), (b'[{"a":1},oops]', "not_json")])
def test_a_list_that_is_not_whole_is_kept_as_it_is(tmp_path: Path, data: bytes, reason: str) -> None:
    assert offers(tmp_path, "x.jsonl", data) == [("", data, reason)]


def test_one_document_over_many_lines_is_one_document(tmp_path: Path) -> None:
    data = json.dumps({"header": {"id": "1"}, "boxscore": {}}, indent=2).encode()
    assert offers(tmp_path, "x.jsonl", data) == [("", data, "")]


@pytest.mark.parametrize("data", [b"", b" \n\n "])
def test_a_file_without_any_document_is_accounted_for(tmp_path: Path, data: bytes) -> None:
    assert offers(tmp_path, "x.jsonl", data) == [("", None, "empty")]


MEMBERS = {
    "nba/1.json": b'{"a":1}',
    "2.json.gz": gzip.compress(b'{"b":2}', mtime=0),
    "list.txt": b"no",
    "3.jsonl": b'{"c":3}\n{"d":4}',
    "inner.zip": b"no",
}
IN_ORDER = [
    ("!nba/1.json", MEMBERS["nba/1.json"], ""),
    ("!2.json.gz", MEMBERS["2.json.gz"], ""),
    ("!3.jsonl:1", b'{"c":3}', ""),
    ("!3.jsonl:2", b'{"d":4}', ""),
]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.tar", tar(MEMBERS)),
        ("x.tar.gz", tar(MEMBERS, "w:gz")),
        ("x.txz", tar(MEMBERS, "w:xz")),
        ("x.zip", zipped(MEMBERS)),
    ],
)
def test_archives_give_their_documents_in_order(tmp_path: Path, name: str, data: bytes) -> None:
    assert offers(tmp_path, name, data) == IN_ORDER
    skipped: list[str] = []
    weights = [
        offer.weight for offer in expand(Offer(name, file=str(tmp_path / name), form=form_of_name(name) or ""), skipped)
    ]
    assert skipped == [f"{name}!list.txt", f"{name}!inner.zip"]
    assert 0 < sum(weights) <= len(data)


def test_a_tar_archive_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    data = tar({"1.json": b'{"a":1}', "2.json": b"x" * 5000})
    *before, last = offers(tmp_path, "x.tar", data[:3000])
    assert before[0] == ("!1.json", b'{"a":1}', "")
    assert last[2] == "damaged"
    *before, last = offers(tmp_path, "x.tar.gz", gzip.compress(data, mtime=0)[:90])
    assert last[2] == "truncated"


@pytest.mark.parametrize("name", ["x.tar", "x.zip"])
def test_what_is_no_archive_is_damaged(tmp_path: Path, name: str) -> None:
    assert offers(tmp_path, name, b"something else" * 100) == [("", None, "damaged")]


def test_a_damaged_member_of_a_zip_archive_costs_itself_alone(tmp_path: Path) -> None:
    data = bytearray(zipped({"1.json": b'{"a":1}' * 50, "2.json": b'{"b":2}'}))
    at = data.index(b"1.json") + len("1.json")
    data[at : at + 4] = b"\xff" * 4
    found = offers(tmp_path, "x.zip", bytes(data))
    assert found == [("!1.json", None, "damaged"), ("!2.json", b'{"b":2}', "")]


def test_a_file_that_is_gone_is_accounted_for(tmp_path: Path) -> None:
    found = list(expand(Offer("x.jsonl", file=str(tmp_path / "x.jsonl"), form="lines", weight=9), []))
    assert [(offer.form, offer.reason, offer.weight) for offer in found] == [("document", "unreadable_file", 9)]


@pytest.mark.parametrize(
    ("body", "several"),
    [
        (b'{"a":1}\n{"b":2}\n', True),
        (b'\n {"a":1}\r\n{"b":2', True),
        (b' [{"a":1}]', True),
        (b'{"a":1}\n', False),
        (b'{"a":1', False),
        (b'{\n"a":1\n}\n{\n"b":2\n}', False),
        (b"", False),
        (b"<html>\n{", False),
    ],
)
def test_lines_and_lists_are_known_without_their_names(body: bytes, several: bool) -> None:
    assert holds_several(body) == several


@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=20)), min_size=1, max_size=8))
def test_whatever_is_written_as_lines_or_as_a_list_comes_back(documents: list[dict[str, object]]) -> None:
    import tempfile

    lines = "\n".join(json.dumps(document) for document in documents).encode()
    array = json.dumps(documents, ensure_ascii=False).encode()
    with tempfile.TemporaryDirectory() as folder:
        for data in (lines, array, gzip.compress(lines)):
            bodies = [body for _, body, reason in offers(Path(folder), "x.jsonl", data) if not reason]
            assert [json.loads(body or b"") for body in bodies] == documents

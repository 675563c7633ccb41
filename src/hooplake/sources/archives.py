"""Files that hold many documents: JSON lines, JSON lists, tar and zip. They are streamed, one document at a time."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import IO

import msgspec

from hooplake.errors import DocumentError
from hooplake.sources.find import Offer, form_of_name, printable
from hooplake.sources.unpack import LARGEST, Inflated

_BOM = b"\xef\xbb\xbf"
_TOO_LARGE = f"the document has more than {LARGEST >> 20} MB"


def holds_several(body: bytes) -> bool:
    """Whether a body that is no document by itself is a JSON list or JSON lines."""
    head = body[:4096].removeprefix(_BOM).lstrip()
    if head.startswith(b"["):
        return True
    end = body.find(b"\n", len(body) - len(body.lstrip()))
    return head.startswith(b"{") and end > 0 and body[:end].rstrip().endswith(b"}") and body[end:].lstrip()[:1] == b"{"


def expand(archive: Offer, skipped: list[str]) -> Iterator[Offer]:
    """The documents of an archive, in its order, and what of it cannot be read.

    Args:
        archive: a file; where it is not ``tar`` or ``zip``, it is read as a JSON list or as JSON lines.
        skipped: gets the names of the members that are no documents by their names.
    """
    try:
        with open(archive.file, "rb") as file:
            meter = _Meter(file)
            documents = {"tar": _tar, "zip": _zip}.get(archive.form, _text)
            found = documents(file, archive.origin, skipped)
            first = next(found, None) or Offer(archive.origin, reason="empty", detail="there is no document in it")
            for offer in chain([first], found):
                # the list of a zip archive is at its end, so that the position in the file tells nothing
                yield replace(offer, weight=offer.weight if archive.form == "zip" else meter.moved())
    except OSError as error:
        yield replace(archive, form="document", reason="unreadable_file", detail=str(error.strerror or error))


class _Meter:
    """How far reading has come since one last looked."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._at = 0

    def moved(self) -> int:
        before, self._at = self._at, max(self._at, self._file.tell())
        return self._at - before


def _text(file: IO[bytes], origin: str, skipped: list[str]) -> Iterator[Offer]:
    del skipped
    content = Inflated(file)
    stream = content.buffered()
    head = stream.peek(1).removeprefix(_BOM).lstrip()
    first_line = head.partition(b"\n")[0].rstrip()
    if first_line != b"{" and not head.startswith(b"["):
        yield from _lines(stream, content, origin)
        return
    # one list, or one document over many lines
    body = stream.read(LARGEST + 1)
    if content.failure is not None:
        yield _failed(origin, content.failure, body)
    elif len(body) > LARGEST:
        yield Offer(origin, reason="too_large", detail=_TOO_LARGE)
    elif first_line == b"{":
        yield Offer(origin, body=body)
    else:
        yield from _elements(body.removeprefix(_BOM), origin)


def _elements(body: bytes, origin: str) -> Iterator[Offer]:
    try:
        found = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = "truncated" if "truncated" in str(error) else "not_json"
        yield Offer(origin, body=body, reason=reason, detail=f"the list is not JSON: {error}")
        return
    for place, element in enumerate(found):
        yield Offer(f"{origin}[{place}]", body=bytes(element))


def _lines(stream: io.BufferedReader, content: Inflated, origin: str) -> Iterator[Offer]:
    number = 0
    while line := stream.readline(LARGEST + 1):
        number += 1
        if len(line) > LARGEST:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LARGEST)
            yield Offer(f"{origin}:{number}", reason="too_large", detail=_TOO_LARGE)
            continue
        text = (line.removeprefix(_BOM) if number == 1 else line).strip()
        if content.failure is not None and not line.endswith(b"\n"):
            yield _failed(f"{origin}:{number}", content.failure, text)
            return
        if text:
            yield Offer(f"{origin}:{number}", body=text)
    if content.failure is not None:
        yield Offer(origin, reason=content.failure.reason, detail=f"the file ends early, after line {number}")


def _tar(file: IO[bytes], origin: str, skipped: list[str]) -> Iterator[Offer]:
    content = Inflated(file)
    last = ""
    try:
        with tarfile.open(fileobj=content.buffered(), mode="r|") as archive:
            for member in archive:
                if not member.isfile():
                    continue
                last = member.name
                yield from _member(partial(archive.extractfile, member), member.name, member.size, origin, skipped)
    except (tarfile.TarError, EOFError, UnicodeError, ValueError) as error:
        failure = content.failure or DocumentError("damaged", f"the tar archive cannot be read: {error}")
        yield _ended(origin, failure, last)
        return
    if content.failure is not None:
        yield _ended(origin, content.failure, last)


def _ended(origin: str, failure: DocumentError, last: str) -> Offer:
    after = f", after {printable(last)}" if last else ""
    return Offer(origin, reason=failure.reason, detail=f"{failure.detail}{after}")


def _zip(file: IO[bytes], origin: str, skipped: list[str]) -> Iterator[Offer]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, EOFError, UnicodeError, ValueError) as error:
        yield Offer(origin, reason="damaged", detail=f"the zip archive cannot be read: {error}")
        return
    with archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            weight = member.compress_size
            for offer in _member(partial(archive.open, member), member.filename, member.file_size, origin, skipped):
                yield replace(offer, weight=weight)
                weight = 0


def _member(
    start: Callable[[], IO[bytes] | None], name: str, size: int, origin: str, skipped: list[str]
) -> Iterator[Offer]:
    """One member of an archive, which may hold lines itself; archives in archives are left out."""
    called = f"{origin}!{printable(name)}"
    form = form_of_name(name)
    if form not in ("document", "lines"):
        skipped.append(called)
        return
    if form == "document" and size > LARGEST:
        yield Offer(called, reason="too_large", detail=_TOO_LARGE)
        return
    try:
        stream = start()
        if stream is None:
            return
        with stream:
            if form == "lines":
                yield from _text(stream, called, skipped)
            else:
                yield Offer(called, body=stream.read())
    except Exception as error:  # members fail in many ways: checksums, passwords, methods; the next one may be whole
        yield Offer(called, reason="damaged", detail=f"the member cannot be read: {error}")


def _failed(origin: str, failure: DocumentError, body: bytes) -> Offer:
    return Offer(origin, body=body, reason=failure.reason, detail=failure.detail)

"""Compressed bytes. The form is read from the first bytes, never from a name, and nothing inflates without bound."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from hooplake.errors import DocumentError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGEST = 256 * 1024 * 1024
"""Bytes of the largest document that is taken in; game documents have half a million."""

_PLAIN_PIECE = 1 << 20


class _Form(NamedTuple):
    """A compressed form: how it begins, what inflates it, and how many bytes are handed to that at once.

    The pieces are small where a few bytes can stand for very many, so that a bomb is noticed before it fills the memory.
    """

    name: str
    magic: bytes
    start: Callable[[], Any]
    piece: int


def _gzip() -> Any:
    return zlib.decompressobj(31)


def _zstd() -> Any:
    import zstandard

    return zstandard.ZstdDecompressor().decompressobj()


def _xz() -> Any:
    import lzma  # a Python may have been built without it

    return lzma.LZMADecompressor()


def _bzip2() -> Any:
    import bz2

    return bz2.BZ2Decompressor()


_FORMS = (
    _Form("gzip", b"\x1f\x8b", _gzip, 1 << 16),
    _Form("zstd", b"\x28\xb5\x2f\xfd", _zstd, 1 << 12),
    _Form("xz", b"\xfd7zXZ\x00", _xz, 1 << 12),
    _Form("bzip2", b"BZh", _bzip2, 1 << 12),
)
_LONGEST_MAGIC = 6


def _form_of(head: bytes) -> _Form | None:
    return next((form for form in _FORMS if head.startswith(form.magic)), None)


def inflate(data: bytes) -> bytes:
    """The content of bytes that are compressed in any known form, and of others the bytes themselves.

    Raises:
        DocumentError: ``truncated``, ``damaged`` or ``too_large``.
    """
    if _form_of(data) is None:
        return data
    parts: list[bytes] = []
    size = 0
    for part in pieces(io.BytesIO(data)):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise DocumentError("too_large", f"the document inflates to more than {LARGEST >> 20} MB")
    return b"".join(parts)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The content of a file, piece by piece, inflated where it is compressed; several compressed parts are joined.

    Raises:
        DocumentError: ``truncated`` or ``damaged``, after the pieces before the damage.
        OSError: the file cannot be read.
    """
    data = file.read(_LONGEST_MAGIC)
    form = _form_of(data)
    if form is None:
        data += file.read(_PLAIN_PIECE)
        while data:
            yield data
            data = file.read(_PLAIN_PIECE)
        return
    inflating: Any = form.start()
    while data := data or file.read(form.piece):
        if inflating is None:
            data = data.lstrip(b"\0")  # what comes between and after the parts may be padded
            if data and len(data) < _LONGEST_MAGIC:
                data += file.read(form.piece)
            if not data:
                continue
            if not data.startswith(form.magic):
                return  # what else follows is left out, as gzip itself does
            inflating = form.start()
        try:
            part = inflating.decompress(data)
        except Exception as error:  # each library has its own errors
            raise DocumentError("damaged", f"the {form.name} data cannot be inflated: {error}") from error
        if part:
            yield part
        data = b""
        if inflating.eof:
            data, inflating = inflating.unused_data, None
    if inflating is not None:
        raise DocumentError("truncated", f"the {form.name} data breaks off before its end")


class Inflated(io.RawIOBase):
    """A file's content as a stream that ends where the content ends or is damaged.

    Attributes:
        failure: why it ended early, if it did.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._pieces = pieces(file)
        self._rest = memoryview(b"")
        self.failure: DocumentError | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer with what comes next; 0 at the end."""
        while not self._rest:
            try:
                self._rest = memoryview(next(self._pieces))
            except StopIteration:
                return 0
            except DocumentError as error:
                self.failure = error
                return 0
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def buffered(self) -> io.BufferedReader:
        """The same, to be read by lines."""
        return io.BufferedReader(self, _PLAIN_PIECE)

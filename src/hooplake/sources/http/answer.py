"""What is asked of a server and what comes back, before anybody has judged it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from hooplake.errors import HooplakeError


class TransportFailed(HooplakeError):
    """No whole answer came: no connection, a connection that was cut, or too slow a one.

    Attributes:
        reason: ``connect``, ``timeout``, ``cut`` or ``transport``.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Request:
    """A GET request.

    Attributes:
        endpoint: what is asked, for logs and reports.
        url: without parameters.
        params: parameters in the order in which they are sent.
        headers: beside those of every request; never logged.
    """

    endpoint: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Answer:
    """A whole answer.

    Attributes:
        status: of HTTP.
        headers: by lower-case name.
        raw: the body as received, compressed if the server compressed it.
    """

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def gzipped(self) -> bool:
        """Whether `raw` is compressed with gzip."""
        return self.headers.get("content-encoding", "").lower() == "gzip"

    @cached_property
    def body(self) -> bytes:
        """The body itself.

        Raises:
            TransportFailed: the compressed body is damaged or cut short.
        """
        if not self.gzipped:
            return self.raw
        try:
            return gzip.decompress(self.raw)
        except (EOFError, OSError, zlib.error) as error:
            raise TransportFailed("cut", f"the compressed body is damaged ({error})") from error

    @property
    def content_type(self) -> str:
        """The media type, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def excerpt(self) -> str:
        """The beginning of the body as text, for a person."""
        try:
            body = self.body
        except TransportFailed:
            body = self.raw
        return body[:2000].decode("utf-8", "replace")

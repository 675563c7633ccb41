"""The content hash of a partition, which says whether its rows are those that somebody knows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hooplake.lake.table import TableSpec


def content_hash_of(spec: TableSpec, digests: Mapping[Any, bytes]) -> str:
    """The content hash of a partition, from the digest of each of its units in their order."""
    units = b"".join(f"\0{unit}\0".encode() + digest for unit, digest in digests.items())
    return hashlib.sha256(f"hooplake content 1\0{spec.name}".encode() + units).hexdigest()[:32]

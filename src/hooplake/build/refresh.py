"""Comparing what the ledger says of objects with their bytes: a plan looks at the listing of a store alone.

A listing shows that an object is gone, or has another size or time. It does not show bytes that changed under the same
size and time, as those of a broken disk or a restored backup do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hooplake.build.ledger import Ledger
from hooplake.build.objects import checksum
from hooplake.errors import ObjectNotFound
from hooplake.lake.store import Store


@dataclass(slots=True)
class Refreshed:
    """What came of reading objects.

    Attributes:
        objects: how many were read.
        missing: paths of those that are not there.
        changed: paths of those that are not the published ones.
    """

    objects: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def refresh(ledger: Ledger, store: Store, wanted: Callable[[str, str], bool]) -> Refreshed:
    """Read published objects, and set back in the ledger those that are not what was published: the next plan runs them.

    Args:
        ledger: the ledger.
        store: the lake.
        wanted: tells of a table and the text of a partition whether to read its object.
    """
    found = Refreshed()
    touched: list[tuple[str, str, str]] = []
    for nodes in ledger.read().nodes.values():
        for partition, node in nodes.items():
            for table, row in node.objects.items():
                if not row.rows or not wanted(table, partition):
                    continue
                found.objects += 1
                meta = store.head(row.path)
                try:
                    same = meta is not None and checksum(store.get(row.path)) == row.checksum
                except ObjectNotFound:  # it went between the two
                    meta, same = None, False
                if meta is None:
                    found.missing.append(row.path)
                elif not same:
                    found.changed.append(row.path)
                    touched.append((table, partition, ""))  # a plan reads what has another etag
                elif meta.etag != row.etag:
                    touched.append((table, partition, meta.etag))
    if touched:
        ledger.touch(touched)
    found.missing.sort()
    found.changed.sort()
    return found

"""Whether the published objects are still the ones the ledger knows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from hooplake.build.state import Node
from hooplake.build.step import Step
from hooplake.build.verdict import Damage, Reason
from hooplake.lake.partition import FILE_NAME, Partition, parse_path
from hooplake.lake.store import ObjectMeta, Store
from hooplake.lake.table import TableSpec


class Listing:
    """The objects of a store, each folder listed once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._below: dict[str, list[ObjectMeta]] = {}
        self._paths: dict[str, list[str]] = {}
        self._layers: dict[str, dict[str, ObjectMeta]] = {}

    def below(self, folder: str) -> Sequence[ObjectMeta]:
        """The objects below a folder."""
        if folder not in self._below:
            self._below[folder] = self.store.list(folder)
        return self._below[folder]

    def paths(self, folder: str) -> Sequence[str]:
        """The paths of the objects below a folder."""
        if folder not in self._paths:
            self._paths[folder] = self.store.paths(folder)
        return self._paths[folder]

    def get(self, path: str) -> ObjectMeta | None:
        """What the listing of an object's layer says of it, or None if there is no such object."""
        layer = path.partition("/")[0]
        if layer not in self._layers:
            self._layers[layer] = {meta.path: meta for meta in self.below(layer)}
        return self._layers[layer].get(path)

    def partitions(self, spec: TableSpec) -> dict[Partition, ObjectMeta]:
        """The partitions of a table, with what the listing says of their objects."""
        folder = f"{spec.layer}/{spec.table}/"
        return {
            parse_path(meta.path, spec)[1]: meta
            for meta in self.below(spec.layer)
            if meta.path.startswith(folder) and meta.path.endswith(f"/{FILE_NAME}")
        }


def damage_of(
    step: Step, partition: Partition, node: Node, listing: Listing
) -> tuple[Damage | None, list[tuple[str, str, str]]]:
    """What is wrong with the objects of a node, and which have a new etag only.

    An object of the same size but another etag is read and compared by the checksum of its bytes, so that a lake that
    was copied or restored is not built again.

    Returns:
        The damage if an object is missing or not the published one; (table, partition, etag) of objects that are the
        published ones under a new etag.
    """
    missing: list[str] = []
    corrupt: list[str] = []
    touched: list[tuple[str, str, str]] = []
    for table in step.outputs:
        row = node.objects.get(table)
        if row is None:
            continue
        meta = listing.get(row.path)
        if meta is None:
            if row.rows:
                missing.append(table)
        elif meta.size != row.size:
            corrupt.append(table)
        elif meta.etag != row.etag:
            if checksum(listing.store.get(meta.path)) == row.checksum:
                touched.append((table, str(partition), meta.etag))
            else:
                corrupt.append(table)
    if not missing and not corrupt:
        return None, touched
    reason = Reason.MISSING_OUTPUT if missing else Reason.OUTPUT_CORRUPT
    return Damage(reason, (*missing, *corrupt), ", ".join(missing or corrupt)), touched


def checksum(data: bytes) -> str:
    """The hash of an object's bytes."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()

"""The objects of a store as files of an fsspec file system, which is what DuckDB can read without an extension.

Every file that is opened is one version of its object: its size and its bytes belong together even if the object is
replaced meanwhile (the reader then fails instead of mixing versions).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]

from hooplake.lake.store import ObjectMeta, Store


class BucketFiles(AbstractFileSystem):  # type: ignore[misc]
    """The file ``s3://bucket/path`` is the object at ``path`` of that bucket. Files can be read and nothing else.

    Attributes:
        options: settings of the S3 client, as for `Store.open`.
    """

    protocol = "s3"
    cachable = False

    def __init__(self, options: Mapping[str, str]) -> None:
        super().__init__()
        self.options = options
        self._buckets: dict[str, Store] = {}
        self._opened: dict[str, ObjectMeta] = {}

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Size and time of the version that was opened last, or else of the one that is there."""
        name = self._strip_protocol(path)
        meta = self._opened.get(name) or self._look(name)[1]
        return {"name": name, "size": meta.size, "type": "file", "modified": meta.modified}

    def modified(self, path: str) -> datetime:
        """When that version was written."""
        moment: datetime = self.info(path)["modified"]
        return moment

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        if mode != "rb":
            raise NotImplementedError("the files of a lake are written by its steps alone")
        store, meta = self._look(path)
        self._opened[path] = meta
        return store.open_input(meta.path, meta)

    def _look(self, name: str) -> tuple[Store, ObjectMeta]:
        bucket, _, path = name.partition("/")
        if bucket not in self._buckets:
            self._buckets[bucket] = Store.open(f"s3://{bucket}", self.options)
        store = self._buckets[bucket]
        meta = store.head(path)
        if meta is None:
            raise FileNotFoundError(f"no object {path} in {store.url}: it was deleted; connect again")
        return store, meta

"""A lake in a bucket of an S3 service, over obstore."""

from __future__ import annotations

import builtins
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import obstore
from obstore import exceptions as failures
from obstore.store import S3Store

from hooplake.errors import ConfigError, Conflict, ObjectNotFound, StoreError
from hooplake.lake.store import SCRATCH, ObjectMeta, Store, check_path


def open_bucket(url: str, options: Mapping[str, str]) -> Store:
    """The lake in a bucket.

    Args:
        url: ``s3://bucket/prefix``.
        options: obstore's `S3Config`; what is missing comes from the environment.

    Raises:
        ConfigError: if the address or an option is wrong.
    """
    return _BucketStore(url, options)


class _BucketStore(Store):
    """Objects of an S3 bucket below one prefix. Every write is one PUT (or one multipart upload), hence atomic."""

    is_local = False

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        self.url = url.rstrip("/")
        self.options = dict(options)
        settings: dict[str, Any] = dict(options)
        endpoint = settings.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL") or ""
        # a service on this network is often plain HTTP; obstore refuses it unless told
        client = {"allow_http": True} if endpoint.startswith("http://") else {}
        try:
            self.client = S3Store.from_url(self.url, config=settings, client_options=client)  # type: ignore[arg-type]
        except (failures.BaseError, ValueError) as error:
            raise ConfigError(f"cannot open {url}: {error}") from error

    @property
    def scratch(self) -> Path:
        folder = Path(tempfile.gettempdir()) / f"hooplake-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def get(self, path: str) -> bytes:
        with self._errors("read", path):
            return bytes(obstore.get(self.client, check_path(path)).bytes())

    def get_range(self, path: str, start: int, length: int) -> bytes:
        with self._errors("read", path):
            return bytes(obstore.get_range(self.client, check_path(path), start=start, length=length))

    def put(self, path: str, data: bytes, *, if_absent: bool = False, if_match: str | None = None) -> str:
        return self._put(path, data, if_absent, if_match)

    def publish(self, path: str, local_file: Path, *, if_absent: bool = False, if_match: str | None = None) -> str:
        etag = self._put(path, Path(local_file), if_absent, if_match)
        local_file.unlink()
        return etag

    def _put(self, path: str, data: bytes | Path, if_absent: bool, if_match: str | None) -> str:
        mode: Any = "create" if if_absent else "overwrite" if if_match is None else {"e_tag": if_match}
        # several parts cannot carry a condition; without one, obstore chooses by size
        parts = None if mode == "overwrite" else False
        with self._errors("write", path):
            return _etag(obstore.put(self.client, check_path(path), data, mode=mode, use_multipart=parts))

    def delete(self, path: str) -> None:
        with self._errors("delete", path):
            obstore.delete(self.client, check_path(path))

    def head(self, path: str) -> ObjectMeta | None:
        try:
            with self._errors("read", path):
                return _meta(obstore.head(self.client, check_path(path)))
        except ObjectNotFound:
            return None

    def list(self, prefix: str = "") -> builtins.list[ObjectMeta]:
        with self._errors("list", prefix or "the lake"):
            batches = obstore.list(self.client, check_path(prefix) if prefix else None, chunk_size=1000)
            found = [_meta(item) for batch in batches for item in batch]
        return sorted(meta for meta in found if not meta.path.startswith(f"{SCRATCH}/"))

    def local_path(self, path: str) -> None:
        check_path(path)

    def open_input(self, path: str) -> Any:
        with self._errors("read", path):
            return obstore.open_reader(self.client, check_path(path), buffer_size=1 << 17)

    def _sync_folders(self, folders: set[str]) -> None:
        """A bucket has no folders: what was put is durable."""

    @contextmanager
    def _errors(self, action: str, path: str) -> Iterator[None]:
        try:
            yield
        except (failures.NotFoundError, FileNotFoundError) as error:
            raise ObjectNotFound(f"no object {path} in {self.url}") from error
        except (failures.AlreadyExistsError, failures.PreconditionError) as error:
            raise Conflict(f"{path} in {self.url} was written by somebody else; nothing was written") from error
        except (failures.BaseError, OSError) as error:
            raise StoreError(f"cannot {action} {path} in {self.url}: {error}") from error


def _etag(result: Any) -> str:
    return str(result["e_tag"] or "")


def _meta(item: Any) -> ObjectMeta:
    return ObjectMeta(item["path"], item["size"], _etag(item), item["last_modified"])

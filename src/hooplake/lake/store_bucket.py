"""A lake in a bucket of an S3 service, over obstore."""

from __future__ import annotations

import builtins
import io
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
from hooplake.lake.store import SCRATCH, ObjectMeta, Store, check_path, check_target

_READ_WHOLE = 1 << 20
"""Objects up to this size (bytes) are read with one request."""


def open_bucket(url: str, options: Mapping[str, str]) -> Store:
    """The lake in a bucket.

    Args:
        url: ``s3://bucket/prefix``.
        options: obstore's `S3Config`; what is missing comes from the environment.

    Raises:
        ConfigError: if the address or an option is wrong.
    """
    return _BucketStore(url, options)


def open_file_system(options: Mapping[str, str]) -> Any:
    """All buckets as an fsspec file system of ``s3://`` files for DuckDB; `options` are those of `open_bucket`."""
    from hooplake.lake.bucket_files import BucketFiles

    return BucketFiles(options)


def _settings(options: Mapping[str, str]) -> dict[str, Any]:
    endpoint = options.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL") or ""
    # a service on this network is often plain HTTP; obstore refuses it unless told
    client = {"allow_http": True} if endpoint.startswith("http://") else {}
    found: dict[str, Any] = {"config": dict(options), "client_options": client}
    if os.environ.get("AWS_PROFILE") and not os.environ.get("AWS_ACCESS_KEY_ID") and "access_key_id" not in options:
        found["credential_provider"] = _profile()
    return found


def _profile() -> Any:
    """The credentials of `AWS_PROFILE`, which obstore does not read by itself.

    Raises:
        ConfigError: boto3 is not installed, or there is no such profile.
    """
    try:
        import boto3
        from botocore.exceptions import BotoCoreError
        from obstore.auth.boto3 import Boto3CredentialProvider
    except ImportError:
        raise ConfigError("AWS_PROFILE needs boto3: pip install 'hooplake[aws]'") from None
    try:
        return Boto3CredentialProvider(boto3.Session())
    except (BotoCoreError, ValueError) as error:
        raise ConfigError(f"AWS_PROFILE={os.environ['AWS_PROFILE']}: {error}") from error


class _BucketStore(Store):
    """Objects of an S3 bucket below one prefix. Every write is one PUT (or one multipart upload), hence atomic."""

    is_local = False

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        self.url = url.rstrip("/")
        self.options = dict(options)
        try:
            self.client = S3Store.from_url(self.url, **_settings(options))
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
            return _etag(obstore.put(self.client, check_target(path), data, mode=mode, use_multipart=parts))

    def delete(self, path: str) -> None:
        with self._errors("delete", path):
            obstore.delete(self.client, check_target(path))

    def head(self, path: str) -> ObjectMeta | None:
        try:
            with self._errors("read", path):
                # some versions of obstore name the object with the prefix here, and only here
                return _meta(obstore.head(self.client, check_path(path)))._replace(path=path)
        except ObjectNotFound:
            return None

    def list(self, prefix: str = "") -> builtins.list[ObjectMeta]:
        with self._errors("list", prefix or "the lake"):
            batches = obstore.list(self.client, check_path(prefix) if prefix else None, chunk_size=1000)
            found = [_meta(item) for batch in batches for item in batch]
        return sorted(meta for meta in found if not meta.path.startswith(f"{SCRATCH}/"))

    def paths(self, prefix: str = "") -> builtins.list[str]:
        return [meta.path for meta in self.list(prefix)]

    def local_path(self, path: str) -> None:
        check_path(path)

    def open_input(self, path: str, meta: ObjectMeta | None = None) -> Any:
        import pyarrow as pa

        meta = meta or self.head(path)
        if meta is None:
            raise ObjectNotFound(f"no object {path} in {self.url}")
        reader = _Reader(self, meta)
        if meta.size <= _READ_WHOLE:
            return pa.BufferReader(reader.read())
        return pa.PythonFile(reader, mode="r")

    def read_version(self, meta: ObjectMeta, start: int, length: int) -> bytes:
        """A range of one version of an object.

        Raises:
            Conflict: if the object was written again.
        """
        options: Any = {"if_match": meta.etag, "range": (start, start + length)}
        with self._errors("read", meta.path):
            return bytes(obstore.get(self.client, check_path(meta.path), options=options).bytes())

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


class _Reader(io.RawIOBase):
    """One version of an object as a file."""

    def __init__(self, store: _BucketStore, meta: ObjectMeta) -> None:
        self._store = store
        self._meta = meta
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._meta.size}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = max(self._meta.size - self._at, 0)
        length = left if size < 0 else min(size, left)
        data = self._store.read_version(self._meta, self._at, length) if length else b""
        self._at += len(data)
        return data


def _etag(result: Any) -> str:
    return str(result["e_tag"] or "")


def _meta(item: Any) -> ObjectMeta:
    return ObjectMeta(item["path"], item["size"], _etag(item), item["last_modified"])

"""Dead letters of requests: what a source would not give, with all that is needed to see why and to ask again.

``deadletter/requests/{endpoint}/ingested_at=2025-01-04/{hash}.json``; one that was resolved lies below
``deadletter/requests/resolved=true/`` from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from hooplake.errors import ObjectNotFound
from hooplake.lake.store import Store
from hooplake.sources.checkpoints import parameter_hash
from hooplake.sources.http.client import Attempt, Fetched

PREFIX = "deadletter/requests"
_RESOLVED = "resolved=true"


class RequestLetter(msgspec.Struct, frozen=True):
    """What is known of a request that failed.

    Attributes:
        sha: first 12 hexadecimal digits of the hash of endpoint and parameters.
        action: what the last answer means, such as ``fatal`` or ``retry``.
        status: of the last answer; None where none came.
        headers: those of the last answer that say something about the failure.
        excerpt: the first 2,000 characters of its body.
        attempts: all attempts of the last call.
        first_failed: when it first failed (UTC, ISO 8601).
        replay: the command that asks again.
    """

    sha: str
    endpoint: str
    url: str
    params: dict[str, str]
    action: str
    reason: str
    detail: str
    status: int | None
    headers: dict[str, str]
    excerpt: str
    attempts: list[Attempt]
    run_id: str
    first_failed: str
    replay: str


_TELLING = ("content-type", "retry-after", "x-calllimit-remaining")


def letter_of(fetched: Fetched, params: Mapping[str, str], *, run_id: str, replay: str) -> RequestLetter:
    """The letter of a request that failed.

    Args:
        fetched: what came of it.
        params: all its parameters, those in the path too.
        run_id: the run in which it failed.
        replay: the command that asks again.
    """
    answer, request = fetched.answer, fetched.request
    return RequestLetter(
        sha=letter_id(request.endpoint, params),
        endpoint=request.endpoint,
        url=request.url,
        params=dict(params),
        action=fetched.verdict.action.value,
        reason=fetched.verdict.reason,
        detail=fetched.verdict.detail,
        status=answer.status if answer is not None else None,
        headers={n: answer.headers[n] for n in _TELLING if n in answer.headers} if answer is not None else {},
        excerpt=answer.excerpt if answer is not None else "",
        attempts=list(fetched.attempts),
        run_id=run_id,
        first_failed=datetime.now(UTC).isoformat(timespec="seconds"),
        replay=replay,
    )


def letter_id(endpoint: str, params: Mapping[str, str]) -> str:
    """The name of a letter."""
    return parameter_hash({"": endpoint, **params})[:12]


class RequestLetters:
    """The letters of a lake."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: dict[str, str] = {}
        for path in store.paths(PREFIX):
            if _RESOLVED not in path:
                self._open[path.rpartition("/")[2].removesuffix(".json")] = path

    @property
    def names(self) -> frozenset[str]:
        """The open letters."""
        return frozenset(self._open)

    def open(self) -> list[RequestLetter]:
        """The open letters, the oldest first."""
        found = []
        for path in self._open.values():
            try:
                found.append(msgspec.json.decode(self._store.get(path), type=RequestLetter))
            except ObjectNotFound:
                continue  # resolved by another run in this moment
        return sorted(found, key=lambda letter: (letter.first_failed, letter.endpoint, letter.sha))

    def write(self, letter: RequestLetter) -> None:
        """Keep a letter; one that is open already keeps the time at which it first failed."""
        path = self._open.get(letter.sha)
        if path is not None:
            known = msgspec.json.decode(self._store.get(path), type=RequestLetter)
            letter = msgspec.structs.replace(letter, first_failed=known.first_failed)
        else:
            path = f"{PREFIX}/{letter.endpoint}/ingested_at={letter.first_failed[:10]}/{letter.sha}.json"
        self._store.put(path, msgspec.json.format(msgspec.json.encode(letter)))
        self._open[letter.sha] = path

    def resolve(self, endpoint: str, params: Mapping[str, str]) -> bool:
        """Close the letter of a request that has succeeded, if there is one."""
        path = self._open.pop(letter_id(endpoint, params), None) if self._open else None
        if path is None:
            return False
        self._store.put(path.replace(PREFIX, f"{PREFIX}/{_RESOLVED}", 1), self._store.get(path))
        self._store.delete(path)
        return True

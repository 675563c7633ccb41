"""What to do with an answer. Each source judges by its own rules; what they share is here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import NamedTuple

from hooplake.sources.http.answer import Answer


class Action(StrEnum):
    """What an answer means for the request, its endpoint and the run."""

    OK = "ok"
    RETRY = "retry"
    RATE_LIMITED = "rate_limited"
    """Too fast: wait as long as the server says, and hold back every other request to the host."""
    FATAL = "fatal"
    """This request will never succeed; others may."""
    FATAL_ENDPOINT = "fatal_endpoint"
    """No request to this endpoint will succeed: our parameters, or its address, are wrong."""
    IGNORE = "ignore"
    """The endpoint is not for us, and that is no failure."""
    QUOTA = "quota"
    """The calls of the month are used up: stop the run."""
    DENIED = "denied"
    """The key is wrong: nothing will succeed."""


AGAIN = (Action.RETRY, Action.RATE_LIMITED)


class Verdict(NamedTuple):
    """A judgement.

    Attributes:
        reason: a short code, such as ``http_503`` or ``not_json``.
        detail: one line for a person.
        retry_after: seconds that the server asks to wait, if it does.
    """

    action: Action
    reason: str = ""
    detail: str = ""
    retry_after: float | None = None


Judge = Callable[[Answer, float], Verdict]
"""Judges an answer; the number is the time now, in seconds since 1970."""

OK = Verdict(Action.OK)
_RETRIED = (408, 425, 500, 502, 503, 504)


def judge_status(answer: Answer, now: float) -> Verdict:
    """What a status says when nothing more is known of the server."""
    status = answer.status
    if 200 <= status < 300:
        return OK
    reason, detail = f"http_{status}", " ".join(answer.excerpt[:200].split())
    wait = retry_after(answer.headers.get("retry-after"), now)
    if status == 429:
        return Verdict(Action.RATE_LIMITED, reason, detail, wait)
    if status in _RETRIED:
        return Verdict(Action.RETRY, reason, detail, wait)
    return Verdict(Action.FATAL, reason, detail)


def looks_like_json(answer: Answer, opening: bytes = b"{[") -> Verdict | None:
    """What is wrong with a successful answer that should be JSON, or None.

    Servers send pages with status 200 when they are overloaded, and call them JSON; so the body decides, and the
    content type only words the complaint.

    Args:
        answer: the answer.
        opening: the bytes with which the body may begin.
    """
    first = answer.body.lstrip()[:1]
    if first and first in opening:
        return None
    kind = "html" if first == b"<" or answer.content_type == "text/html" else "not_json"
    shown = " ".join(answer.excerpt[:120].split()) or "nothing"
    return Verdict(Action.FATAL, kind, f"status {answer.status}, {answer.content_type or 'no type'}: {shown}")


def retry_after(text: str | None, now: float) -> float | None:
    """Seconds to wait by a Retry-After header, which names seconds or a date; None where it says nothing usable."""
    if not text:
        return None
    text = text.strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = moment.timestamp() - now
    return max(0.0, seconds) if seconds == seconds and seconds != float("inf") else None

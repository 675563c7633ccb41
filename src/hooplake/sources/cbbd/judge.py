"""What an answer of the API means."""

from __future__ import annotations

import msgspec

from hooplake.sources.http.answer import Answer
from hooplake.sources.http.verdict import OK, Action, Verdict, judge_status, looks_like_json


class _Refusal(msgspec.Struct):
    message: str = ""


def judge(answer: Answer, now: float) -> Verdict:
    """What an answer means, by status and message."""
    verdict = judge_status(answer, now)
    if verdict is OK:
        return _judge_body(answer)
    message = _message(answer)
    detail = message or verdict.detail
    if answer.status == 401:
        # A subscription that is too small says so; everything else is about the key.
        if "tier" in message.lower():
            return Verdict(Action.IGNORE, "tier", detail)
        return Verdict(Action.DENIED, "key", detail)
    if answer.status == 429 and "quota" in message.lower():
        return Verdict(Action.QUOTA, "quota", detail)
    if answer.status == 404 or (answer.status == 400 and message == "Validation Failed"):
        return Verdict(Action.FATAL_ENDPOINT, verdict.reason, detail)
    return verdict._replace(detail=detail)


def _judge_body(answer: Answer) -> Verdict:
    wrong = looks_like_json(answer, b"[")
    if wrong is not None:
        # Documentation pages are answered with status 200: the address is wrong, not the moment.
        return wrong._replace(action=Action.FATAL_ENDPOINT)
    try:
        msgspec.json.decode(answer.body, type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        return Verdict(Action.RETRY, "bad_json", str(error))
    return OK


def _message(answer: Answer) -> str:
    try:
        return msgspec.json.decode(answer.body, type=_Refusal).message
    except msgspec.MsgspecError:
        return ""

"""What a validation found: one finding per check, and examples of what breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PASS, WARN, FAIL, INFO = "pass", "warn", "fail", "info"
"""How a check ended: it holds, it holds but is odd, it does not hold, or it only tells."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        check: name of the check.
        result: ``pass``, ``warn``, ``fail`` or ``info``.
        message: one line with the figures.
        figures: the same for a program.
        examples: some of what breaks it.
    """

    check: str
    result: str
    message: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of a validation, in the order of the checks."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return all(finding.result != FAIL for finding in self.findings)

    def of(self, check: str) -> Finding:
        """The finding of a check.

        Raises:
            KeyError: there is no such check.
        """
        for finding in self.findings:
            if finding.check == check:
                return finding
        raise KeyError(check)

    def to_json(self) -> dict[str, Any]:
        """The report for a program."""
        counts = {result: sum(f.result == result for f in self.findings) for result in (PASS, WARN, FAIL, INFO)}
        return {
            "validation": self.name,
            "passed": self.passed,
            "counts": counts,
            "findings": [
                {
                    "check": finding.check,
                    "result": finding.result,
                    "message": finding.message,
                    **({"figures": dict(finding.figures)} if finding.figures else {}),
                    **({"examples": list(finding.examples)} if finding.examples else {}),
                }
                for finding in self.findings
            ],
        }


class Broken:
    """Counts what breaks a check, and keeps the first few.

    Args:
        sample: how many to keep.
    """

    def __init__(self, sample: int) -> None:
        self.count = 0
        self.sample = sample
        self.examples: list[str] = []

    def add(self, example: str) -> None:
        """One more."""
        self.count += 1
        if len(self.examples) < self.sample:
            self.examples.append(example)

    def finding(self, check: str, of: int, what: str, *, result: str = FAIL) -> Finding:
        """The finding: nothing may break it.

        Args:
            check: name of the check.
            of: how many were looked at.
            what: what was looked at, in the plural.
            result: how it ends where something breaks it.
        """
        message = f"{self.count:,} of {of:,} {what}" if self.count else f"none of {of:,} {what}"
        return Finding(
            check, result if self.count else PASS, message, {"broken": self.count, "of": of}, tuple(self.examples)
        )

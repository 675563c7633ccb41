"""Rules that a row obeys, written as a comparison of columns: ``fgm <= fga``, ``reb = oreb + dreb``.

```
rule    = sum comparison sum
sum     = [-] term { (+ | -) term }
term    = operand { * operand }
operand = column | number | 'text'
comparison is one of  =  !=  <  <=  >  >=
```

A rule in which some value is NULL holds: it says how known values relate, not that they are known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from hooplake.errors import ConfigError

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<column>[a-z_][a-z0-9_]*)|'(?P<text>[^']*)'|(?P<sign><=|>=|!=|[=<>+*-]))"
)
_NAME = re.compile(r"[a-z_]")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")

Operand = str | int | float
"""A column's name or a number."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms to be added up: a sign (1 or -1) and the factors of each."""

    terms: tuple[tuple[int, tuple[Operand | Literal, ...]], ...]

    @property
    def single(self) -> Operand | Literal | None:
        """The one operand if the sum is nothing else."""
        if len(self.terms) == 1 and self.terms[0][0] == 1 and len(self.terms[0][1]) == 1:
            return self.terms[0][1][0]
        return None


@dataclass(frozen=True, slots=True)
class Rule:
    """A comparison of two sums."""

    left: Sum
    comparison: str
    right: Sum

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the rule, each once, in the order of their first mention."""
        factors = [factor for side in (self.left, self.right) for _, term in side.terms for factor in term]
        return tuple(dict.fromkeys(factor for factor in factors if isinstance(factor, str)))


@cache
def parse(text: str) -> Rule:
    """Read a rule.

    Raises:
        ConfigError: saying where the text stops being a rule.
    """
    tokens = _tokens(text)
    left = _sum(tokens, text)
    if not tokens or tokens[0] not in COMPARISONS:
        raise ConfigError(f"rule {text!r}: a comparison ({' '.join(COMPARISONS)}) is missing after the left side")
    comparison = str(tokens.pop(0))
    right = _sum(tokens, text)
    if tokens:
        raise ConfigError(f"rule {text!r}: {tokens[0]!r} is one too many: a rule is one comparison of two sums")
    return Rule(left, comparison, right)


def _tokens(text: str) -> list[object]:
    tokens: list[object] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConfigError(f"rule {text!r}: cannot read {text[at:].strip()!r}")
        if match["number"]:
            number = match["number"]
            tokens.append(float(number) if "." in number else int(number))
        elif match["text"] is not None:
            tokens.append(Literal(match["text"]))
        else:
            tokens.append(match["column"] or match["sign"])
        at = match.end()
    return tokens


def _sum(tokens: list[object], text: str) -> Sum:
    terms = []
    sign = 1
    if tokens and tokens[0] == "-":
        tokens.pop(0)
        sign = -1
    while True:
        terms.append((sign, _term(tokens, text)))
        if not tokens or tokens[0] not in ("+", "-"):
            return Sum(tuple(terms))
        sign = 1 if tokens.pop(0) == "+" else -1


def _term(tokens: list[object], text: str) -> tuple[Operand | Literal, ...]:
    factors: list[Operand | Literal] = []
    while True:
        if not tokens:
            raise ConfigError(f"rule {text!r}: it ends where a column or a number is due")
        token = tokens.pop(0)
        if not isinstance(token, int | float | Literal) and not (isinstance(token, str) and _NAME.match(token)):
            raise ConfigError(f"rule {text!r}: a column or a number is due where {token!r} is")
        factors.append(token)
        if not tokens or tokens[0] != "*":
            return tuple(factors)
        tokens.pop(0)

"""Names of teams and players as keys: what sources that know no ids of each other have in common."""

from __future__ import annotations

import re
import unicodedata

# archives name a franchise now by the name of the day, now by one of another day
_OTHER_NAMES = {
    "laclippers": "losangelesclippers",
    "charlottebobcats": "charlottehornets",
    "charlottebobcatshornets": "charlottehornets",
    "neworleanshornets": "neworleanspelicans",
    "neworleansoklahomacityhornets": "neworleanspelicans",
}
_TITLE = re.compile(r"[\s,]+(?:jr|sr|ii|iii|iv|v)\.?$", re.IGNORECASE)


def plain_key(name: str) -> str:
    """A name in lower-case ASCII letters and digits."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in plain.lower() if sign.isascii() and sign.isalnum())


def team_key(name: str) -> str:
    """A team's name as a key, one spelling for teams that have two. `silver.fct_game_names` has the same in SQL."""
    key = plain_key(name)
    return _OTHER_NAMES.get(key, key)


def player_key(name: str) -> str:
    """A player's name as a key. Jr., III and the like are left out: some sources have them and some do not."""
    return plain_key(_TITLE.sub("", name.strip()))

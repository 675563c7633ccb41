"""Names that nobody bears: cities, teams, players, arenas, put together from syllables.

Every name is drawn from a generator that the caller seeds, so a league always has the same names.
"""

from __future__ import annotations

from random import Random
from typing import Final

_CITY_HEADS: Final = (
    "Vel", "Bras", "Quil", "Tam", "Ostr", "Marn", "Fenn", "Gald", "Hesk", "Ilv", "Jorr", "Kest", "Lund", "Morv",
    "Nask", "Orl", "Pell", "Rask", "Sund", "Thal", "Ulm", "Varn", "Wex", "Yarr", "Zell", "Drum", "Corv",
    "Aster", "Bryn", "Cald",
)  # fmt: skip
_CITY_TAILS: Final = (
    "mora", "vale", "haven", "wick", "stead", "ford", "mere", "burgh", "holm", "gate", "moor", "bury", "fell",
    "crest", "ness", "dale", "by", "port",
)  # fmt: skip
_CITY_BEFORE: Final = ("Port", "New", "Lake", "Fort", "East", "Saint")
_NICKNAMES: Final = (
    "Lanterns", "Tidewalkers", "Ironwrights", "Rainmakers", "Foxgloves", "Cartographers", "Windmills",
    "Thunderbells", "Saltmarshers", "Beekeepers", "Clockmakers", "Drumlins", "Emberjacks", "Fogcutters",
    "Gondoliers", "Hailstones", "Ibises", "Juggernauts", "Kiteflyers", "Lamplighters", "Meteorites",
    "Nightjars", "Oarsmen", "Pathfinders", "Quarrymen", "Riverboats", "Sandpipers", "Tinkers", "Umbrellas",
    "Voyagers", "Weathervanes", "Yeomen", "Zephyrs", "Alchemists", "Bellringers", "Cogs", "Dragonflies",
    "Equinoxes", "Fiddlers", "Glaciers",
)  # fmt: skip
_FIRST_HEADS: Final = (
    "Ba", "Bel", "Cor", "Da", "Dor", "El", "Fa", "Gar", "Ha", "Il", "Ja", "Jor", "Ka", "Kel", "La", "Lo", "Ma",
    "Mel", "Na", "Nor", "Or", "Pa", "Quen", "Ra", "Ro", "Sa", "Sil", "Ta", "Tor", "U", "Va", "Wes", "Xa", "Ya",
    "Zan",
)  # fmt: skip
_FIRST_TAILS: Final = (
    "ren", "lo", "vin", "dric", "mar", "son", "la", "nel", "ris", "tan", "vo", "mi", "der", "las", "ton", "ka",
    "li", "no", "rell", "mon",
)  # fmt: skip
_LAST_HEADS: Final = (
    "Ash", "Bar", "Brind", "Cald", "Crow", "Dray", "Ells", "Fen", "Gil", "Grant", "Harl", "Iver", "Jess",
    "Kirk", "Lang", "Mal", "Nor", "Old", "Pem", "Quar", "Rad", "Sel", "Thorn", "Up", "Vask", "Wil", "Yar",
    "Zim", "Holl", "Trem",
)  # fmt: skip
_LAST_TAILS: Final = (
    "more", "wick", "ton", "ell", "by", "ard", "over", "sley", "man", "ridge", "worth", "ings", "low", "ett",
    "and", "ska", "nik", "berg", "quist", "ov",
)  # fmt: skip
_ODD_FIRST: Final = ("De'Var", "J.T.", "Kel'an", "Shai-Lo", "Björn", "T.J.", "Ty'rel", "José-Ra")
_ODD_LAST: Final = ("O'Mallin", "Grange-Aldo", "Vučen", "D'Arrow", "St. Quill", "van der Moor", "Šarnik", "McQuarl")
_SUFFIXES: Final = ("Jr.", "II", "III", "IV")
_ARENA: Final = ("Arena", "Center", "Fieldhouse", "Garden", "Pavilion", "Coliseum")
_NETWORKS: Final = ("Hearth Sports", "Northlight TV", "Copper Channel", "Quill+", "Seaboard Sports Net", "Beacon 7")


class Names:
    """Draws names, each of them once."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._given: set[str] = set()

    def city(self) -> str:
        """A city."""
        r = self._random
        name = r.choice(_CITY_HEADS) + r.choice(_CITY_TAILS)
        if r.random() < 0.2:
            name = f"{r.choice(_CITY_BEFORE)} {name}"
        while name in self._given:
            name = f"{r.choice(_CITY_BEFORE)} {r.choice(_CITY_HEADS)}{r.choice(_CITY_TAILS)}"
        self._given.add(name)
        return name

    def state(self) -> str:
        """A two-letter state that does not exist."""
        return "X" + self._random.choice("ABCDEFGHJKLMNPQRSTUVWZ")

    def nickname(self) -> str:
        """A team's nickname; a league of more than forty teams shares some, as real colleges do."""
        left = [name for name in _NICKNAMES if name not in self._given]
        name = self._random.choice(left or _NICKNAMES)
        self._given.add(name)
        return name

    def abbreviation(self, city: str) -> str:
        """Two to four capitals out of a city's name."""
        letters = [c for c in city.upper() if c.isalpha()]
        length = 2 if self._random.random() < 0.12 else 3
        name = "".join(letters[:length])
        while name in self._given:
            name = letters[0] + "".join(self._random.sample(letters[1:], k=min(3, len(letters) - 1)))
        self._given.add(name)
        return name

    def person(self) -> tuple[str, str]:
        """A first and a last name; about one in sixteen has an apostrophe, a hyphen, an accent or a suffix."""
        r = self._random
        first = r.choice(_FIRST_HEADS) + r.choice(_FIRST_TAILS)
        last = r.choice(_LAST_HEADS) + r.choice(_LAST_TAILS)
        odd = r.random()
        if odd < 0.02:
            first = r.choice(_ODD_FIRST)
        elif odd < 0.04:
            last = r.choice(_ODD_LAST)
        elif odd < 0.06:
            last = f"{last} {r.choice(_SUFFIXES)}"
        while f"{first} {last}" in self._given:
            first = r.choice(_FIRST_HEADS) + r.choice(_FIRST_TAILS) + r.choice(_FIRST_TAILS)
        self._given.add(f"{first} {last}")
        return first, last

    def arena(self, city: str) -> str:
        """An arena in a city."""
        return f"{city} {self._random.choice(_ARENA)}"

    def network(self) -> str:
        """A television channel."""
        return self._random.choice(_NETWORKS)

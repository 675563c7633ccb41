"""What fills most of a real document and tells nothing of the game: news with pictures, links and categories.

It is there to be read past, and to compress as the real thing does, about nine to one.
"""

from __future__ import annotations

from random import Random
from typing import Final

_WORDS: Final = (
    "about", "above", "after", "again", "against", "all", "almost", "along", "also", "although", "always", "among",
    "another", "any", "around", "as", "away", "back", "be", "because", "been", "before", "being", "below",
    "between", "both", "bring", "but", "by", "call", "came", "can", "come", "could", "day", "did", "different",
    "do", "does", "down", "during", "each", "early", "either", "end", "enough", "even", "ever", "every", "far",
    "few", "find", "first", "five", "for", "found", "four", "from", "full", "game", "gave", "get", "give", "go",
    "good", "great", "group", "had", "half", "hand", "hard", "has", "have", "he", "head", "help", "her", "here",
    "high", "him", "his", "home", "hope", "hour", "how", "if", "in", "into", "is", "it", "just", "keep", "kept",
    "kind", "knew", "know", "large", "last", "late", "later", "lead", "least", "leave", "left", "less", "let",
    "life", "like", "line", "little", "long", "look", "made", "make", "many", "may", "mean", "men", "might", "mind",
    "more", "most", "much", "must", "near", "need", "never", "new", "next", "night", "no", "none", "nor", "not",
    "nothing", "now", "of", "off", "often", "old", "on", "once", "one", "only", "open", "or", "other", "our", "out",
    "over", "own", "part", "past", "people", "place", "play", "point", "put", "quite", "rather", "reach", "read",
    "right", "run", "said", "same", "saw", "say", "season", "second", "see", "seem", "seen", "set", "she", "should",
    "show", "side", "since", "small", "so", "some", "soon", "still", "such", "take", "talk", "team", "tell", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "thing", "think", "this", "those", "though",
    "three", "through", "time", "to", "together", "told", "too", "took", "toward", "turn", "two", "under", "until",
    "up", "upon", "us", "use", "very", "want", "was", "watch", "way", "we", "week", "well", "went", "were", "what",
    "when", "where", "which", "while", "who", "whole", "why", "will", "win", "with", "within", "without", "word",
    "work", "world", "would", "year", "yet", "you", "young", "your",
)  # fmt: skip
_CATEGORY: Final = (
    '{{"id":{0},"description":"Team {0}","type":"team","sportId":46,"teamId":{0},"team":{{"id":{0},"description":'
    '"Team {0}","links":{{"web":{{"teams":{{"href":"https://www.example.com/team/_/id/{0}"}}}},"mobile":{{"teams":'
    '{{"href":"https://www.example.com/team/_/id/{0}"}}}}}}}},"uid":"s:40~l:46~t:{0}","guid":"{1}"}}'
)
_ARTICLE: Final = (
    '{{"id":{id},"nowId":"1-{id}","contentKey":"{id}-1-21-1","dataSourceIdentifier":"{guid}","type":"Media",'
    '"headline":"{headline}","description":"{description}","lastModified":"2025-01-{day:02d}T0{hour}:{minute:02d}:00Z",'
    '"published":"2025-01-{day:02d}T0{hour}:{minute:02d}:00Z","images":[{{"type":"header","name":"{headline}",'
    '"width":576,"height":324,"alt":"","url":"https://a.example.com/photo/2025/01{day:02d}/r{id}_576x324_16-9.jpg"}},'
    '{{"type":"Media","name":"{headline}","width":1296,"height":729,"alt":"",'
    '"url":"https://a.example.com/photo/2025/01{day:02d}/r{id}_1296x729_16-9.jpg"}}],"categories":[{categories}],'
    '"links":{{"web":{{"href":"https://www.example.com/story/_/id/{id}","self":{{"href":'
    '"https://www.example.com/story/_/id/{id}","dsi":{{"href":"https://www.example.com/story/_/guid/{guid}"}}}}}},'
    '"mobile":{{"href":"https://m.example.com/story/_/id/{id}"}},"api":{{"self":{{"href":'
    '"https://content.example.com/v1/sports/news/{id}"}},"artwork":{{"href":'
    '"https://artwork.example.com/cell/{guid}"}}}},"app":{{"sportscenter":{{"href":'
    '"app://x-callback-url/showStory?uid={guid}"}}}}}}}}'
)
_LAST: Final = '{{"id":0,"story":"{}"}}'


def articles(size: int, random: Random) -> bytes:
    """A JSON array of invented articles, exactly ``size`` bytes long; an empty one where ``size`` is below 30.

    Args:
        size: bytes of the array with its brackets.
        random: decides the words.
    """
    if size < 30:
        return b"[]"
    made: list[str] = []
    left = size - 2
    room = len(_LAST.format(""))
    while True:
        article = _article(random)
        # A comma behind it, and room for the last one.
        if len(article) + 1 + room > left:
            break
        made.append(article)
        left -= len(article) + 1
    story = _text(random, left // 3)[: left - room].ljust(left - room)
    made.append(_LAST.format(story))
    return f"[{','.join(made)}]".encode()


def _text(random: Random, words: int) -> str:
    return " ".join(random.choices(_WORDS, k=words))


def _article(random: Random) -> str:
    guid = f"{random.getrandbits(64):016x}"
    return _ARTICLE.format(
        id=random.randrange(40_000_000, 50_000_000),
        guid=guid,
        headline=_text(random, 9),
        description=_text(random, 45),
        day=random.randint(1, 28),
        hour=random.randrange(10),
        minute=random.randrange(60),
        categories=",".join(_CATEGORY.format(random.randrange(1, 31), guid) for _ in range(random.randint(2, 5))),
    )

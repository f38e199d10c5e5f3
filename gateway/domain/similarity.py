"""How alike short texts are: by the words that few of them have (TF-IDF and the cosine), without a service, in a millisecond.

Numbers and ids say nothing of a cause, and are left out: two messages about different orders are the same message.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

_WORD = re.compile(r"[^\W\d_]{2,}|\d+", re.UNICODE)
_ID = re.compile(r"\b(?=[\w-]*\d)[\w-]{6,}\b")
_MOST_WORDS = 200


@lru_cache(maxsize=2048)
def words(text: str) -> Mapping[str, int]:
    """The words of a text with how often each is there, in small letters, without numbers and ids; of a long text the first
    ones. Texts are compared again and again, so the words of the last ones are remembered.
    """
    found = _WORD.findall(_ID.sub(" ", text.casefold()))
    return Counter(word for word in found[:_MOST_WORDS] if not word.isdigit())


@dataclass(frozen=True, slots=True)
class Likeness:
    """A text by its place in the collection, and how alike it is: 1 is the same words, 0 none in common."""

    place: int
    score: float


class Collection:
    """Texts that others are compared with. `marks` of a text are words that are compared as they are (a code, a partner)."""

    def __init__(self, texts: Sequence[tuple[str, Mapping[str, float]]]) -> None:
        self._terms = [_terms(text, marks) for text, marks in texts]
        seen = Counter(term for terms in self._terms for term in terms)
        self._rarity = {term: log((1 + len(texts)) / (1 + count)) + 1 for term, count in seen.items()}
        self._vectors = [self._weighed(terms) for terms in self._terms]

    def nearest(self, text: str, marks: Mapping[str, float], *, most: int, least: float) -> Sequence[Likeness]:
        """The texts that are most alike, at least so much, the most alike first; of equals the one that stands first."""
        asked = self._weighed(_terms(text, marks))
        scored = [Likeness(place, _dot(asked, vector)) for place, vector in enumerate(self._vectors)]
        found = [one for one in scored if one.score >= least]
        return sorted(found, key=lambda one: (-one.score, one.place))[:most]

    def _weighed(self, terms: Mapping[str, float]) -> Mapping[str, float]:
        unheard = log(1 + len(self._terms)) + 1
        weights = {term: count * self._rarity.get(term, unheard) for term, count in terms.items()}
        length = sqrt(sum(weight * weight for weight in weights.values()))
        return {term: weight / length for term, weight in weights.items()} if length else {}


def _terms(text: str, marks: Mapping[str, float]) -> Mapping[str, float]:
    return {
        **{word: 1 + log(count) for word, count in words(text).items()},
        **{f"={mark}": weight for mark, weight in marks.items()},
    }


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * large.get(term, 0.0) for term, weight in small.items())

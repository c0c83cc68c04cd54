"""Two versions of a text beside each other, with the words marked that differ. Works on plain words, never on markup.

Paragraphs that are the same on both sides are set aside first; only what stands between them is compared word by word.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from lms import richtext

Kind = Literal["same", "gone", "new"]

# Pairs of equal words that difflib may have to look at: a second's work at the very most. Beyond, whole paragraphs are marked.
MOST_PAIRS = 150_000
_BREAK = "\n"  # between two paragraphs; no word is one
_PARTS = re.compile(r"</(?:p|li|h2|h3|h4|blockquote|pre|tr)>|<(?:br|hr) ?/?>")


@dataclass(frozen=True)
class Run:
    """Words that stand together and are all the same, all gone or all new."""

    kind: Kind
    text: str


Paragraph = list[Run]


@dataclass(frozen=True)
class Comparison:
    """The two sides, paragraph by paragraph, and how many words are gone and new."""

    before: list[Paragraph] = field(default_factory=list)
    after: list[Paragraph] = field(default_factory=list)
    gone: int = 0
    new: int = 0


def paragraphs(cleaned: str) -> list[str]:
    """The words of cleaned HTML, each paragraph, item or line for itself."""
    parts = (" ".join(richtext.plain(part).split()) for part in _PARTS.split(cleaned.replace("\n", " ")))
    return [part for part in parts if part]


def compare(before: list[str], after: list[str]) -> Comparison:
    """Compares two texts given as paragraphs of plain words. What comes out is plain words, too: escape it."""
    left: list[tuple[Kind, str]] = []
    right: list[tuple[Kind, str]] = []
    for same, a1, a2, b1, b2 in _stretches(before, after):
        old, new = _words(before[a1:a2]), _words(after[b1:b2])
        for kind, gone, come in [("same", old, new)] if same else _marked(old, new):
            left += [("same" if kind == "same" else "gone", word) for word in gone]
            right += [("same" if kind == "same" else "new", word) for word in come]
    return Comparison(_gather(left), _gather(right), _count(left, "gone"), _count(right, "new"))


# --- inside ---------------------------------------------------------------------------------------------------------


def _stretches(before: list[str], after: list[str]) -> list[tuple[bool, int, int, int, int]]:
    """(the same?, from, to, from, to) in paragraphs. Where so many repeat that finding them takes long, all are one stretch."""
    if _pairs(before, after) > MOST_PAIRS:
        return [(False, 0, len(before), 0, len(after))]
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(tag == "equal", a1, a2, b1, b2) for tag, a1, a2, b1, b2 in found]


def _words(texts: list[str]) -> list[str]:
    """All words, with a break after each paragraph."""
    return [word for text in texts for word in [*text.split(), _BREAK]]


def _marked(old: list[str], new: list[str]) -> list[tuple[str, list[str], list[str]]]:
    """("same" or "other", words of the one side, words of the other)."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    middle = [("other", a, b)]
    if _pairs(a, b) <= MOST_PAIRS:
        found = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
        middle = [("same" if tag == "equal" else "other", a[a1:a2], b[b1:b2]) for tag, a1, a2, b1, b2 in found]
    return [("same", old[:start], new[:start]), *middle, ("same", old[len(old) - end :], new[len(new) - end :])]


def _alike(one: list[str], other: list[str]) -> int:
    """How many words at the beginning are the same."""
    count = 0
    for word, beside in zip(one, other, strict=False):
        if word != beside:
            break
        count += 1
    return count


def _pairs(one: list[str], other: list[str]) -> int:
    counts = Counter(other)
    return sum(count * counts[word] for word, count in Counter(one).items())


def _gather(words: list[tuple[Kind, str]]) -> list[Paragraph]:
    """Words to paragraphs of runs. A break divides, whatever became of it."""
    found = []
    for is_break, part in groupby(words, key=lambda pair: pair[1] == _BREAK):
        if not is_break:
            found.append([Run(kind, " ".join(word for _, word in run)) for kind, run in groupby(part, key=lambda pair: pair[0])])
    return found


def _count(words: list[tuple[Kind, str]], kind: Kind) -> int:
    return sum(1 for found, word in words if found == kind and word != _BREAK)

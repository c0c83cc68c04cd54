"""The first text of an agreement, as a course's folder holds it (docs/course-format.md): headings and what stands below them.

Nothing here knows the database or the folder.
"""

import re
from collections.abc import Iterator, Mapping

from courses.models.agreements import LONGEST_TITLE, LONGEST_WORDS, Covers

_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)

Fault = tuple[int, str]  # line, sentence


def passages_of(body: str, covers: Mapping[str, str], first_line: int) -> tuple[list[dict[str, object]], list[Fault]]:
    """[{"title", "words", "covers"}, …] in order, and what is wrong. `covers` names for each thing that has to be spoken of the heading
    under which it is."""
    found = list(_sections(body, first_line))
    titles = [title for _line, title, _words in found]
    faults = [fault for line, title, words in found for fault in _faults_of(line, title, words, titles)]
    if not found:
        faults.append((first_line, "There is no passage here: a heading (##) with words below it."))
    faults += [(2, f"`covers`: nothing says where {key} is spoken of.") for key in Covers.values if key not in covers]
    faults += [(2, f"`covers`: there is no heading “{title}”.") for title in covers.values() if title not in titles]
    of = {title: [key for key in Covers.values if covers.get(key) == title] for title in titles}
    return [{"title": title, "words": words, "covers": of[title]} for _line, title, words in found], faults


def _sections(body: str, first_line: int) -> Iterator[tuple[int, str, str]]:
    """(line, title, words): paragraphs stand on one line each, with an empty line between them."""
    headings = list(_HEADING.finditer(body))
    ends = [heading.start() for heading in headings[1:]] + [len(body)]
    for heading, end in zip(headings, ends, strict=True):
        paragraphs = re.split(r"\n\s*\n", body[heading.end() : end].strip())
        words = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
        yield first_line + body[: heading.start()].count("\n"), heading[1], words


def _faults_of(line: int, title: str, words: str, titles: list[str]) -> Iterator[Fault]:
    if not words:
        yield line, f"Below “{title}” there are no words."
    if len(title) > LONGEST_TITLE or len(words) > LONGEST_WORDS:
        yield line, f"“{title}” is too long: {LONGEST_TITLE} characters fit into a heading, {LONGEST_WORDS} below it."
    if titles.count(title) > 1:
        yield line, f"“{title}” stands here more than once."

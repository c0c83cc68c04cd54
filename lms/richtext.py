"""The only door to bleach and nh3, and the only place where words become markup.

Three ways in: `from_editor` takes the HTML of our editor (or whatever a crafted POST sends), `from_plain` takes what a bare
textarea sends and never parses it, `from_course` takes our course files' Markdown. All cost milliseconds, so they run when
words come in, never when they are read. bleach cleans and links in one pass; nh3, which is kept up, has the first and the
last word with the same allow-list. Pictures, files, mentions and quotes are rows of their own, never markup inside the words.
"""

import re
from collections import Counter
from collections.abc import MutableMapping
from functools import partial
from html import escape, unescape
from typing import Any, Literal

import nh3
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

Use = Literal["post", "entry", "page"]

CLEANED_WITH = "bleach6.4+nh3.0.3/1"  # stored beside the words: a better cleaner can find what to run again
LIMITS: dict[Use, int] = {"post": 50_000, "entry": 100_000, "page": 200_000}  # bytes of what was sent
MAX_DEPTH = 100  # 60 KB of nested tags cost bleach more than five seconds
REL = "noopener noreferrer nofollow ugc"

_NOTE_TAGS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "a", "code", "pre", "h2", "h3", "hr"}
_PAGE_TAGS = _NOTE_TAGS | {"h4", "table", "thead", "tbody", "tr", "th", "td"}
_ADDRESS = re.compile(r"(https?://[^\s/]|mailto:[^\s@]+@)[^\s\x00-\x1f]*\Z", re.IGNORECASE)
# What becomes a link by itself. bleach's own pattern takes a minute for 100 kB of "(" and links "I stopped.So", too.
_WEB = re.compile(
    r"""(?<![\w@./])(?:https?://|www\.)
        (?: [^\s<>()\[\]{}"'`|\\^.,;:!?…“”‘’«»]
          | [.,;:!?…]++(?=[^\s<>()\[\]{}"'`|\\^.,;:!?…“”‘’«»])
          | \([^\s<>()]*+\)
        )++""",
    re.IGNORECASE | re.VERBOSE,
)
# What is meant for machines goes with its contents; of everything else that is not allowed the words stay.
_SILENT = {"script", "style", "template", "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp"}
_AMPERSAND = "\ufdd0"  # stands in for one while bleach is at work; Unicode keeps this code free for such a use
# Control characters, halves of surrogate pairs, which no encoding takes, and our stand-in.
_INVISIBLE = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ud800-\udfff{_AMPERSAND}]")
# What is a letter to a machine and nothing to the eye: joiners, marks of direction, fillers, variations of a sign that is not there.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
# A tag as browsers write it out; nothing else may contain "<" if closing tags are to be believed (`_check_depth`).
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[a-z][a-z-]*(?:="[^"<>]*")?)*)\s*/?>', re.IGNORECASE)
_ANY_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*>')  # in what has been cleaned
_MARKS = {"a", "strong", "em", "s", "code"}
_VOID = {"br", "hr"}
_PLAIN_LINK = re.compile(rf'<a href="([^"]*)" rel="{REL}">([^<]*)</a>')
_PARAGRAPHS = re.compile(rf'(?:<p>(?:[^<]++|<br>|<a href="[^"]*" rel="{REL}">[^<]*</a>)*+</p>)+')


class TooLong(ValidationError):
    """More than this use takes; the sentence names the limit."""


def from_editor(html: str, use: Use) -> str:
    """Cleaned HTML. Raises TooLong beyond the limit, ValidationError if it is nested deeper than anybody writes."""
    check_size(html, use)
    _check_depth(html)
    return _clean(_INVISIBLE.sub("", html), _NOTE_TAGS)


def from_plain(text: str, use: Use) -> str:
    """Plain words as paragraphs: escaped, linked, never parsed. Raises TooLong beyond the limit."""
    check_size(text, use)
    paragraphs = re.split(r"\n\s*\n", _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
    markup = "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in paragraphs if part.strip())
    return _clean(markup, _NOTE_TAGS)


def from_course(markdown: str) -> str:
    """Course text from Markdown (CommonMark and tables). Raw HTML in it stands as text. Headings get ids to come back to."""
    markup = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    check_size(markup, "page")
    return _with_heading_ids(_clean(markup, _PAGE_TAGS))


def clean(text: str, *, form: Literal["text", "html"], use: Use) -> str:
    """What a composer sent: `form` says whether its editor stood ("html") or it was a bare textarea ("text")."""
    return from_editor(text, use) if form == "html" else from_plain(text, use)


def check_size(text: str, use: Use) -> None:
    """Raises TooLong, whose sentence names the limit, if this is more than the use takes."""
    size, limit = len(text.encode(errors="surrogatepass")), LIMITS[use]
    if size > limit:
        raise TooLong(
            _("Too long to keep in one piece: %(size)s kB; the limit is %(limit)s kB. Your words are still here; please divide it."),
            params={"size": -(-size // 1000), "limit": limit // 1000},
        )


def is_empty(html: str) -> bool:
    """No words at all, only marks."""
    return shows_nothing(plain(html))


def shows_nothing(text: str) -> bool:
    """Whether nobody would see a sign of it: spaces, letters without width, marks of direction."""
    return not _UNSEEN.sub("", text).strip()


def as_plain(cleaned: str) -> str | None:
    """Cleaned words as a textarea shows them, or None where that would lose something: marks, lists, headings.

    `from_plain` makes the same paragraphs of what this returns; a link is only an address that stands as itself.
    """
    if cleaned and not _PARAGRAPHS.fullmatch(cleaned):
        return None
    for link in _PLAIN_LINK.finditer(cleaned):
        if link[1] not in (link[2], f"http://{link[2]}"):
            return None
    paragraphs = [
        part.replace("<br>", "\n") for part in _PLAIN_LINK.sub(r"\2", cleaned).removeprefix("<p>").removesuffix("</p>").split("</p><p>")
    ]
    if any(not part.strip() or part.strip("\n") != part or re.search(r"\n\s*\n", part) for part in paragraphs if cleaned):
        return None  # an empty paragraph would go, an empty line inside one would divide it
    return unescape("\n\n".join(paragraphs))


def plain(html: str) -> str:
    """The words alone, for first lines and search."""
    spaced = re.sub(r"</(p|li|h2|h3|h4|blockquote|pre|tr)>|<br ?/?>", r"\g<0> ", html)
    return unescape(strip_tags(spaced)).strip()


def beginning(cleaned: str, length: int) -> str:
    """The words of the first so many characters of markup, without looking at the rest; for lists of long texts."""
    return plain(re.sub(r"<[^>]*\Z|&[^;]*\Z", "", cleaned[:length]))


def blocks(cleaned: str) -> list[str]:
    """Cleaned words cut into what stands below each other: paragraphs, lists, headings. Those without words are left out."""
    found, depth, begin = [], 0, 0
    for tag in _ANY_TAG.finditer(cleaned):
        closing, name = tag[1], tag[2]
        if depth == 0 and not closing and name not in _MARKS | _VOID:
            found.append(cleaned[begin : tag.start()])  # words that stand in no block
            begin = tag.start()
        depth += 0 if name in _VOID else -1 if closing else 1
        if depth == 0 and closing and name not in _MARKS:
            found.append(cleaned[begin : tag.end()])
            begin = tag.end()
    found.append(cleaned[begin:])
    return [block for block in found if not is_empty(block)]


def folded(cleaned: str) -> str:
    """The words alone with one space between them, whatever marks and lines divide them: for finding words in a text."""
    spaced = _ANY_TAG.sub(lambda tag: tag[0] if tag[2] in _MARKS else " ", cleaned)
    return " ".join(unescape(strip_tags(spaced)).split())


def show(cleaned: str) -> SafeString:
    """Marks words that came in through this door as markup. The template filter `richtext` calls this; nothing else does."""
    return mark_safe(cleaned)  # noqa: S308  cleaned when it came in


def show_plain(text: str) -> SafeString:
    """A message of the live room: stored as written, escaped and linked here."""
    linked = urlize(escape(text), nofollow=True, autoescape=False)
    return mark_safe(linked.replace('rel="nofollow"', f'rel="{REL}"').replace("\n", "<br>"))  # noqa: S308


# --- inside ---------------------------------------------------------------------------------------------------------


def _check_depth(html: str) -> None:
    """Refuses what would make a parser build a deep tree: 100 kB of it cost nh3 fifty seconds, bleach more.

    Counted before anything parses, so as an upper bound. Closing tags are believed only in what an editor writes: our own
    tags, double quotes, no comments, marks without attributes. Everywhere else they can be hidden from a parser (in a
    comment, an attribute, a script) or without effect, and each opening tag counts.
    """
    tags = _TAG.findall(html)
    if len(tags) != html.count("<") or not all(_as_written(name.lower(), attributes) for _closing, name, attributes in tags):
        deepest = len(re.findall(r"<[a-zA-Z]", html))
    else:
        deepest = _most_open_at_once(tags)
    if deepest > MAX_DEPTH:
        raise ValidationError(_("This text is nested too deeply to keep. Please paste it without formatting; your words are still here."))


def _as_written(name: str, attributes: str) -> bool:
    return name in _NOTE_TAGS and not (attributes and name in _MARKS - {"a"})


def _most_open_at_once(tags: list[tuple[str, str, str]]) -> int:
    still_open: Counter[str] = Counter()
    now = most = 0
    for closing, name, _attributes in tags:
        name = name.lower()
        if closing and still_open[name]:
            still_open[name] -= 1
            now -= 1
        elif not closing and name not in _VOID:
            still_open[name] += 1
            now += 1
            most = max(most, now)
    return most


def _link(attrs: MutableMapping[Any, str], new: bool = False, /) -> MutableMapping[Any, str] | None:
    """Every link gets the one rel; an address that is not plainly the web or a mail address loses its link."""
    if not _ADDRESS.match(attrs.get((None, "href"), "")):
        return None
    attrs[(None, "rel")] = REL
    return attrs


def _allowed_attribute(tag: str, name: str, value: str) -> bool:
    if tag == "a" and name == "href":
        return bool(_ADDRESS.match(value))
    return (tag == "a" and name == "title") or (tag == "ol" and name == "start" and bool(re.fullmatch("[0-9]{1,5}", value)))


def _nh3_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "rel":  # set below, on every link
        return REL
    return value if _allowed_attribute(tag, name, value) else None


def _clean(markup: str, tags: set[str]) -> str:
    cleaner = Cleaner(  # a new one each time: a shared one gave wrong output under threads
        tags=tags,
        attributes=_allowed_attribute,
        protocols={"http", "https", "mailto"},
        strip=True,
        filters=[partial(LinkifyFilter, callbacks=[_link], url_re=_WEB, skip_tags={"pre", "code"})],  # type: ignore[list-item]
    )
    # bleach with links would make "&lt;" of "&amp;lt;", the sign of the words that name it; so it does not see the ampersand.
    tame = _nh3(markup, tags).replace("&amp;", _AMPERSAND)
    return _nh3(cleaner.clean(tame).replace(_AMPERSAND, "&amp;"), tags)


def _nh3(markup: str, tags: set[str]) -> str:
    """Before bleach, so that it meets nothing crooked (a tag with 49,000 attributes cost it ten seconds), and after it."""
    return nh3.clean(
        markup,
        tags=tags,
        clean_content_tags=_SILENT,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        set_tag_attribute_values={"a": {"rel": REL}},  # bleach's callback passes by the links inside code
        attribute_filter=_nh3_attribute,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=None,
        strip_comments=True,
    )


def _with_heading_ids(html: str) -> str:
    """Ids for headings, made by us after cleaning, so that "Carry on" can return to them."""
    seen: set[str] = set()

    def with_id(match: re.Match[str]) -> str:
        slug = base = (slugify(strip_tags(match[2])) or "part")[:70]
        number = 2
        while slug in seen:
            slug, number = f"{base}-{number}", number + 1
        seen.add(slug)
        return f'<{match[1]} id="{slug}">{match[2]}</{match[1]}>'

    return re.sub(r"<(h[234])>(.*?)</\1>", with_id, html, flags=re.DOTALL)

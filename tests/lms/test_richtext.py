"""The door for words is attacked here: by a list, by hypothesis, by size and by depth."""

import contextlib
import re
import time
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms import richtext

TAGS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "a", "code", "pre", "h2", "h3", "hr"}
REL = "noopener noreferrer nofollow ugc"


class Found(HTMLParser):
    """Everything in a piece of markup that is not on the list."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.wrong.append(tag)
        given = dict(attrs)
        if tag == "a":
            self.links.append(given)
        allowed = {"a": {"href", "title", "rel"}, "ol": {"start"}}.get(tag, set())
        self.wrong += [f"{tag} {name}" for name in given if name not in allowed]
        if "href" in given and not re.match(r"(https?://|mailto:)\S+\Z", given["href"] or "", re.IGNORECASE):
            self.wrong.append(f"href {given['href']}")
        if tag == "a" and given.get("rel") != REL:
            self.wrong.append(f"rel {given.get('rel')}")

    def handle_comment(self, data):
        self.wrong.append("comment")

    def handle_decl(self, decl):
        self.wrong.append("declaration")

    handle_pi = unknown_decl = handle_decl


ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form action='https://evil.example'><input name=password><button formaction=javascript:alert(1)>x</button></form>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe><object data=x></object><embed src=x>",
    "<p style='position:fixed;inset:0' class=button id=main onclick=alert(1) data-x=1 name=x>words</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href='javascript:123'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='data:1'>x</a>",
    "<a href='vbscript:1'>x</a>",
    "<a href='http:xxx'>x</a>",
    "<a href='https:///x'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/accounts/logout/'>x</a>",
    "<a href='?next=x'>x</a>",
    "<a href='#main'>x</a>",
    "<a href='mailto:x'>x</a>",
    "<a href='http://a b'>x</a>",
    "<a href='https://x.org\n'>x</a>",
    "<a href='https://x.org' target=_blank rel=opener onclick=alert(1)>x</a>",
    "<code><a href='https://x.org' rel=opener>x</a></code>",
    "<pre><a href='javascript:123'>x</a></pre>",
    "<ol start='1\" onclick=alert(1)'><li>x</ol>",
    "<ol start='²'><li>x</ol>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><a title='</title><img src=x onerror=alert(1)>'>",
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php <img src=x onerror=alert(1)> ?>",
    "<base href='https://evil.example/'><link rel=stylesheet href=x><meta http-equiv=refresh content='0;url=x'>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<details ontoggle=alert(1) open>x</details><marquee onstart=alert(1)>x</marquee>",
    "<table background='javascript:alert(1)'><td>x",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<p>\ud800 half a sign</p>",
    'https://x.org/"onmouseover="alert(1)',
    "www.x.org/<img/src=x/onerror=alert(1)>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_from_editor_lets_nothing_through_that_is_not_on_the_list(attack):
    once = richtext.from_editor(attack, "entry")
    twice = richtext.from_editor(once, "entry")

    assert Found(once).wrong == []
    assert Found(twice).wrong == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_from_plain_shows_an_attack_as_the_words_it_is(attack):
    text = attack.replace("\x00", "").replace("\ud800", "")

    cleaned = richtext.from_plain(attack, "entry")

    assert Found(cleaned).wrong == []
    assert " ".join(richtext.plain(cleaned).split()) == " ".join(text.split())


@pytest.mark.parametrize(
    "address",
    [
        "http:xxx",
        "https:xxx",
        "javascript:123",
        "data:1",
        "//host",
        "/path",
        "?query",
        "#part",
        "mailto:",
        "http://",
        "ftp://x.org",
        "x.org",
    ],
)
def test_from_editor_takes_the_link_from_an_address_that_is_not_plainly_the_web(address):
    assert richtext.from_editor(f'<p><a href="{address}">words</a></p>', "entry") == "<p>words</p>"


def test_from_editor_gives_every_link_the_one_rel():
    cleaned = richtext.from_editor(
        '<p><a href="https://x.org" rel="opener" title="t">x</a> <code><a href="https://y.org">y</a></code></p>', "entry"
    )

    assert [link["rel"] for link in Found(cleaned).links] == [REL, REL]


def test_from_editor_keeps_what_our_editor_writes():
    words = (
        "<h2>Evening</h2><p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code><br>e</p><ul><li><p>f</p></li></ul>"
        '<ol start="3"><li><p>g</p></li></ol><blockquote><p>h</p></blockquote><hr><pre><code>i</code></pre><h3>j</h3>'
        f'<p><a href="mailto:a@b.org" title="k" rel="{REL}">k</a></p>'
    )
    cleaned = richtext.from_editor(words, "entry")

    assert re.sub(r"<a [^>]*>", "<a>", cleaned) == re.sub(r"<a [^>]*>", "<a>", words)
    assert Found(cleaned).links == [{"href": "mailto:a@b.org", "title": "k", "rel": REL}]


def test_from_plain_keeps_words_that_look_like_markup():
    cleaned = richtext.from_plain("x<y and y>z, <sad> & &lt;", "post")

    assert richtext.plain(cleaned) == "x<y and y>z, <sad> & &lt;"
    assert cleaned == "<p>x&lt;y and y&gt;z, &lt;sad&gt; &amp; &amp;lt;</p>"


def test_from_plain_makes_paragraphs_and_lines():
    assert richtext.from_plain("one\r\ntwo\r\n\r\n\r\nthree\n", "post") == "<p>one<br>two</p><p>three</p>"


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("I stopped.So I left.It was late", []),
        ("see https://x.org/a_(b), then.", ["https://x.org/a_(b)"]),
        ("(www.x.org/?a=1&b=2!)", ["http://www.x.org/?a=1&b=2"]),
        ("“http://x.org” me@x.org javascript:alert(1)", ["http://x.org"]),
    ],
)
def test_from_plain_links_addresses_and_not_sentences(text, links):
    cleaned = richtext.from_plain(text, "post")

    assert [link["href"] for link in Found(cleaned).links] == links
    assert richtext.plain(cleaned) == text


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
@example("x<y and y>z")
@example("&lt; &amp;amp; &#1; &copy")
@example("\n\n a \n \n b\r\rc")
@example("https://a.org/'\"<b>")
def test_from_plain_loses_no_words(text):
    cleaned = richtext.from_plain(text, "entry")
    visible = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufdd0]", "", text)

    assert Found(cleaned).wrong == []
    assert "".join(richtext.plain(cleaned).split()) == "".join(visible.split())


SNIPPETS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<a href='",
        "javascript:",
        "http://x.org",
        "'>",
        '">',
        "<svg>",
        "<style>",
        "</style>",
        "<!--",
        "-->",
        "<math>",
        "<script>",
        "onerror=",
        "<img src=x ",
        "<table>",
        "<td>",
        "<em>",
        "</em>",
        "<li>",
        "<ul>",
        "<textarea>",
        "&lt;",
        "&#x6a;",
        "x",
        "/>",
        "<",
        "\t",
        "\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(SNIPPETS | st.text(max_size=5), max_size=40).map("".join))
def test_from_editor_gives_only_what_is_on_the_list_whatever_comes(markup):
    cleaned = richtext.from_editor(markup, "entry")

    assert Found(cleaned).wrong == []
    assert Found(richtext.from_editor(cleaned, "entry")).wrong == []


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab <>&\"'\n\r\t.()/:") | st.characters(codec="utf-8"), max_size=120))
@example("www.x.org and https://y.org/?a=1&b=2")
def test_as_plain_gives_back_what_from_plain_makes_the_same_of(text):
    cleaned = richtext.from_plain(text, "entry")
    back = richtext.as_plain(cleaned)

    assert back is not None
    assert richtext.from_plain(back, "entry") == cleaned


@pytest.mark.parametrize(
    "rich",
    [
        "<p>a <strong>b</strong></p>",
        "<h2>a</h2>",
        "<ul><li>a</li></ul>",
        "<p>a</p><p></p><p>b</p>",
        "<p>a<br><br>b</p>",
        "<p>a<br></p>",
        f'<p><a href="https://x.org" rel="{REL}">words</a></p>',
        f'<p><a href="https://x.org" rel="{REL}" title="t">https://x.org</a></p>',
        "words without a paragraph",
    ],
)
def test_as_plain_refuses_what_a_textarea_would_lose(rich):
    assert richtext.as_plain(rich) is None


def test_as_plain_of_nothing_is_nothing():
    assert richtext.as_plain("") == ""


@pytest.mark.parametrize(("use", "limit"), [("post", "50"), ("entry", "100"), ("page", "200")])
def test_too_long_names_the_limit_and_the_size(use, limit):
    with pytest.raises(richtext.TooLong) as refusal:
        richtext.from_plain("ä" * (int(limit) * 500 + 1), use)

    assert f"{int(limit) + 1} kB; the limit is {limit} kB" in refusal.value.messages[0]
    assert richtext.from_plain("a" * (int(limit) * 1000), use) == f"<p>{'a' * (int(limit) * 1000)}</p>"


DEEP = {
    "nested": "<blockquote>" * 101,
    "closed by nothing": "<blockquote></x>" * 101,
    "closed in a comment": "<blockquote><!--</blockquote>-->" * 101,
    "closed in an attribute": '<blockquote title="</blockquote>">' * 101,
    "closed in a script": "<blockquote><script></blockquote></script>" * 60,
    "marks with attributes": "".join(f"<p><em id={i}></em></p>x" for i in range(101)),
    "marks left open": "<p><em></p>" * 101,
    "marks behind a table": "<em><table></em></table>" * 60,
    "after a comment that ends at once": "<!-->" + "<blockquote>" * 101,
}


@pytest.mark.parametrize("markup", DEEP.values(), ids=DEEP.keys())
def test_from_editor_refuses_deep_nesting_before_anything_parses(markup, monkeypatch):
    monkeypatch.setattr(richtext, "_clean", lambda *_: pytest.fail("parsed"))

    with pytest.raises(ValidationError, match="nested too deeply"):
        richtext.from_editor(markup, "entry")


def test_from_editor_takes_a_hundred_levels_and_long_flat_texts():
    deep = "<blockquote>" * 99 + "<p>x</p>" + "</blockquote>" * 99
    flat = "<p><strong>a</strong> <em>b</em><br></p>" * 2_000

    assert richtext.from_editor(deep, "entry") == deep
    assert richtext.from_editor(flat, "entry") == flat


COSTLY = {
    "open brackets": "(" * 99_000,
    "addresses": "www.a.com/(" * 9_000,
    "many attributes": "<a " + "a " * 49_000 + ">x</a>",
    "many attributes, no end": "<a " + "a " * 49_000,
    "deep": "<blockquote>" * 8_000,
    "unclosed marks": "".join(f"<p><b id={i}>" for i in range(7_000)),
    "list items": "<li><ul></li></ul>" * 5_000,
}


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY.keys())
@pytest.mark.parametrize("door", [richtext.from_editor, richtext.from_plain])
def test_hostile_words_cost_no_more_than_ordinary_ones(door, text):
    """As a ratio inside one run: the worst known input costs less than twenty times a full page of ordinary words with links."""

    def cost(words):
        start = time.process_time()
        with contextlib.suppress(ValidationError):
            door(words, "entry")
        return time.process_time() - start

    ordinary = cost("<p>Words and <em>words</em> on https://x.org/page.</p>" * 1_700)

    assert cost(text) < 20 * ordinary


def test_show_plain_escapes_links_and_breaks_lines():
    shown = richtext.show_plain('<b>x</b> https://x.org/"onmouseover="alert(1)\nnext')

    assert "<b>" not in shown
    assert "<br>next" in shown
    assert [set(link) for link in Found(shown).links] == [{"href", "rel"}]


PIECES = st.sampled_from(["http://", "www.", "x.org", "/", '"', "'", "<", ">", "&quot;", "&lt;", " ", "\n", "onload=", "@", ":"])


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join))
def test_show_plain_makes_nothing_but_links_and_lines(text):
    found = Found(richtext.show_plain(text))

    assert found.wrong == []


def test_beginning_is_words_without_half_a_tag_or_sign():
    html = "<p>first &amp; second</p><p>third</p>"

    assert [richtext.beginning(html, length) for length in (2, 12, 20, 27, 400)] == [
        "",
        "first",
        "first & secon",
        "first & second",
        "first & second third",
    ]


def test_from_course_gives_headings_ids_and_shows_raw_html_as_text():
    html = richtext.from_course("## A day\n\n<script>x</script>\n\n## A day\n")

    assert re.findall(r'<h2 id="([^"]+)"', html) == ["a-day", "a-day-2"]
    assert "<script" not in html


@pytest.mark.parametrize(
    ("cleaned", "blocks"),
    [
        ("", []),
        ("<p>one <em>two</em></p><p> </p><hr><p>three<br>four</p>", ["<p>one <em>two</em></p>", "<p>three<br>four</p>"]),
        ("<ul><li>a<ul><li>b</li></ul></li></ul><h2>c</h2>", ["<ul><li>a<ul><li>b</li></ul></li></ul>", "<h2>c</h2>"]),
        ("loose <em>words</em><p>one</p>more", ["loose <em>words</em>", "<p>one</p>", "more"]),
        ('<p><a title="x > </p>">a</a></p><p>b</p>', ['<p><a title="x > </p>">a</a></p>', "<p>b</p>"]),
        ("<blockquote><p>a</p><p>b</p></blockquote>", ["<blockquote><p>a</p><p>b</p></blockquote>"]),
    ],
)
def test_blocks_are_what_stands_below_each_other(cleaned, blocks):
    assert richtext.blocks(cleaned) == blocks


def test_folded_divides_lines_and_blocks_by_one_space_and_marks_by_none():
    html = "<p>one<em>two</em>  three<br>four</p><ul><li>five<ul><li>six &amp; &lt;b&gt;</li></ul></li></ul>"

    assert richtext.folded(html) == "onetwo three four five six & <b>"


@pytest.mark.parametrize(
    ("html", "empty"), [("<p>\u200b\u202e</p>", True), ("<p>\u2800 \u3164</p>", True), ("<hr>", True), ("<p>\u200da</p>", False)]
)
def test_is_empty_of_what_nobody_would_see(html, empty):
    assert richtext.is_empty(html) is empty

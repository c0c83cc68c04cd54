"""Our tags as Markdown: what it looks like, and that every word comes back from it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from courses.exporting.markdown import escape, to_markdown
from lms import richtext


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("", ""),
        ("<p></p>", ""),
        ("<p>one</p><p>two</p>", "one\n\ntwo\n"),
        ("<p>one<br>two</p>", "one\\\ntwo\n"),
        ("<p>one<br></p>", "one\n"),
        ("<p>a <strong>b</strong> <em>c</em> <s>d</s></p>", "a **b** *c* ~~d~~\n"),
        ("<p><s><s>a</s></s></p>", "~~a~~\n"),
        ("<p>a<strong> b </strong>c</p>", "a **b** c\n"),
        ("<h2>One #</h2><h3>Two</h3>", "## One \\#\n\n### Two\n"),
        ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n- b\n"),
        ('<ol start="4"><li><p>a</p></li><li>b</li></ol>', "4. a\n5. b\n"),
        ("<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>", "- a\n\n  - b\n"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b\n"),
        ("<p>a</p><hr><p>b</p>", "a\n\n***\n\nb\n"),
        ("<pre><code>a *b*\n  c\n</code></pre>", "```\na *b*\n  c\n```\n"),
        ("<pre>```</pre>", "````\n```\n````\n"),
        ("<p><code>a`b</code></p>", "``a`b``\n"),
        ('<p><a href="https://example.org/a_b">here</a></p>', "[here](<https://example.org/a_b>)\n"),
        ('<p><a href="https://example.org/a_b">https://example.org/a_b</a></p>', "<https://example.org/a_b>\n"),
        ('<p>see!<a href="https://example.org/">here</a></p>', "see\\![here](<https://example.org/>)\n"),
        (
            "<p>*a* _b_ [c] `d` &lt;e&gt; f\\g R&amp;D &amp;amp; ~h~ |</p>",
            "\\*a\\* \\_b\\_ \\[c\\] \\`d\\` \\<e> f\\\\g R&D \\&amp; \\~h\\~ \\|\n",
        ),
        ("<p># a</p><p>- b</p><p>2026. c</p><p>&gt; d<br>+ e</p>", "\\# a\n\n\\- b\n\n2026\\. c\n\n\\> d\\\n\\+ e\n"),
        ("loose <em>words</em><p>and a paragraph</p>", "loose *words*\n\nand a paragraph\n"),
    ],
)
def test_to_markdown_writes(html, markdown):
    assert to_markdown(html) == markdown


def test_escape_keeps_a_title_on_one_line():
    assert escape("1. a\n# *b*") == "1\\. a # \\*b\\*"


TEXT = st.text(st.sampled_from(list("ab é漢9 \n\\`*_{}[]<>()#+-.!|~&=:;'\"")), max_size=12).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)


def inside(children):
    def wrapped(tag):
        return children.map(lambda html: f"<{tag}>{html}</{tag}>")

    lists = st.lists(children, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from(["ul", "ol", 'ol start="7"']).map(
            lambda tag: f"<{tag}>{''.join(f'<li>{part}</li>' for part in parts)}</{tag.split()[0]}>"
        )
    )
    tags = ["p", "strong", "em", "s", "blockquote", "code", "pre", "h2", "h3"]
    links = children.map(lambda html: f'<a href="https://example.org/x_y">{html}</a>')
    joined = st.lists(st.one_of(children, st.sampled_from(["<br>", "<hr>"])), max_size=4).map("".join)
    return st.one_of(*[wrapped(tag) for tag in tags], lists, links, joined)


def test_to_markdown_keeps_two_pieces_of_code_apart():
    assert PAGE.render(to_markdown("<p><code>9</code><code>8</code></p>")) == "<p><code>9</code><!-- --><code>8</code></p>\n"


PAGE = MarkdownIt("commonmark").enable("strikethrough")


def characters(html):
    """All characters but spaces and marks, which Markdown leaves standing where its rules know no mark."""
    return re.sub(r"[\s*~]", "", richtext.plain(html))


@given(st.recursive(TEXT, inside, max_leaves=6))
def test_to_markdown_keeps_every_word(html):
    cleaned = richtext.from_editor(html, "entry")

    assert characters(PAGE.render(to_markdown(cleaned))) == characters(cleaned)

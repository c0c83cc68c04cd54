"""Attacks in what people say stay words."""

import re
from html.parser import HTMLParser

import pytest

from forums.models import Thread
from lms import richtext
from tests.forums.views.threads.pages import address, signed_in, words

pytestmark = pytest.mark.django_db
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="javascript:123">x</a>',
    '<a href="//evil.example">x</a>',
    '<p style="background:url(//evil.example)" class="x" id="main">x</p>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "'-alert(1)-'",
    "%name% \u202e\u2028 <!--",
]


class Danger(HTMLParser):
    """Whatever in a page could run, load or lead away, and is not ours."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        ours = {"script": given.get("src", "").startswith("/static/js/"), "svg": (given.get("class") or "").startswith("icon")}
        if tag in {"script", "svg", "img", "iframe", "math", "style", "object", "animate"} and not ours.get(tag, False):
            self.found.append(tag)
        self.found += [name for name in given if name.startswith("on") or name == "style"]
        links = [given[name] or "" for name in ("href", "src", "action") if name in given]
        self.found += [link for link in links if not re.match(r"(/(?!/)|#|\?|https?://|mailto:)", link)]


@pytest.mark.any_database  # as in tests.lms.stored_words: what a page makes of words
@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("form", ["text", "html"])
def test_attacks_in_every_field_stay_words(cohort, owner, teammate, attack, form):
    teammate.display_name = attack[:80]
    teammate.save(update_fields=["display_name"])
    attacker, reader = signed_in(teammate), signed_in(owner)
    attacker.post(address("thread-new", cohort), words(title=attack, body=f"word {attack}", body_form=form))
    thread = Thread.objects.get()
    opening = thread.posts.get()
    quoted = {"answers": opening.pk, "quoted": " ".join(richtext.plain(opening.html).split())}
    attacker.post(address("reply", cohort, thread.pk), words(body=f"word {attack}", body_form=form, **quoted))
    refused = attacker.post(address("reply", cohort, thread.pk), words(body=attack, quoted=attack, answers=attack, client_id=attack))
    no_title = attacker.post(address("thread-new", cohort), words(title="x" * 200 + attack, body=attack))

    pages = [reader.get(address("forum", cohort)), reader.get(address("thread", cohort, thread.pk)), refused, no_title]
    pages += [
        reader.get(address("thread", cohort, thread.pk) + f"?answers={opening.pk}"),
        attacker.get(address("post-edit", cohort, opening.pk)),
    ]

    assert thread.posts.count() == 2
    assert [Danger(page.content.decode()).found for page in pages] == [[]] * len(pages)
    assert [page.status_code for page in pages] == [200] * len(pages)


def test_the_rule_that_finds_attacks_finds_them():
    found = [Danger(f"<p>{attack}</p>").found[:1] for attack in ATTACKS[:5] + ATTACKS[6:10]]

    assert found == [
        ["script"],
        ["img"],
        ["svg"],
        ["script"],
        ["script"],
        ["javascript:alert(1)"],
        ["javascript:123"],
        ["//evil.example"],
        ["style"],
    ]

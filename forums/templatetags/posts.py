"""Draws the posts of a page, put together in Python.

A page shows twenty, and each is some hundred parts: as a template they cost more than everything else on the page. Looks like
components/post.html; change both.

What stands around the words is kept drawn in each process. Each function whose work is kept is given everything that it shows, and
looks nowhere else: what it shows is what it was asked for, so nothing kept can be out of date or another reader's. No words are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from courses.models import Cohort
from forums.reading.extras import Beside, Quiet, TakenUp
from forums.reading.threads import ShownPost, ThreadPage
from lms import richtext
from lms.templatetags.lms import moment

register = template.Library()
NOTHING = SafeString("")
MOMENT = "D j F, H:i"
KEPT = 5_000  # pieces of either kind in each process


@register.simple_tag
def draw_posts(page: ThreadPage, cohort: Cohort) -> SafeString:
    """All of them, in the order of the page, for the reader whose page it is."""
    reader = _Reader(cohort, page.url, page.may_reply, get_language() or "")
    return format_html_join("\n", "{}", ((_draw(shown, reader),) for shown in page.posts))


@dataclass(frozen=True)
class _Reader:
    """For whom and where a page is drawn."""

    cohort: Cohort
    thread_url: str
    may_reply: bool
    language: str


def _draw(shown: ShownPost, reader: _Reader) -> SafeString:
    post, beside, slug = shown.post, shown.beside, reader.cohort.slug
    return format_html(
        '{}<article class="post{}" id="{}"><span class="face{}" aria-hidden="true">{}</span>'
        '<p class="post-meta"><b>{}</b>{} <small><a href="{}">{}</a>{}</small></p>{}{}{}{}{}</article>',
        format_html('<p class="new-line" id="new">{}</p>', _("New since you were here")) if shown.begins_new else "",
        " new" if shown.is_new else "",
        shown.anchor,
        " b" if post.public_tone % 3 == 0 else "",
        post.public_initials,
        shown.name,
        format_html(" <small>{}</small>", _named(_("%(name)s, anonymous to peers"), shown.behind_alias)) if shown.behind_alias else "",
        shown.url,
        moment(post.posted_at, MOMENT),
        _notes(shown, slug) if post.answers or post.edited_at else "",
        _quotation(shown) if shown.quoted else "",
        _body(shown, reader.cohort),
        _personal(beside) if beside.names_you or beside.taken_up else "",
        _quietly(slug, post.pk, shown.name, tuple(beside.quiet), reader.language) if beside.quiet else "",
        _acts(
            slug,
            post.pk,
            shown.name,
            shown.url,
            reader.language,
            answer_url=shown.answer_url if reader.may_reply else "",
            stands=shown.words_stand,
            mine=str(post.client_id) if shown.mine else "",
            withdrawn=post.withdrawn_at is not None,
            answered_url="" if shown.quoted else shown.answered_url,
            to_trainer=shown.to_trainer,
        ),
    )


def _notes(shown: ShownPost, slug: str) -> SafeString:
    """Whom it answers, and whether it was changed."""
    post = shown.post
    answers, edited = NOTHING, NOTHING
    if post.answers:
        answers = format_html(" · {} ", _named(_("answers %(name)s"), post.answers.public_name))
    if post.edited_at and shown.words_stand:
        said = _("edited %(at)s") % {"at": date_format(localtime(post.edited_at), MOMENT)}
        edited = format_html(' · <a href="{}">{}</a>', _address("post-earlier", slug, post.pk), said)
    return format_html("{}{}", answers, edited)


def _quotation(shown: ShownPost) -> SafeString:
    where = NOTHING
    if shown.post.answers:
        said = _named(_("Where %(name)s said it"), shown.post.answers.public_name)
        where = format_html('<a href="{}">{}</a>', shown.answered_url, said)
    return format_html('<blockquote class="well"><p>{}</p> {}</blockquote>', shown.quoted, where)


def _body(shown: ShownPost, cohort: Cohort) -> SafeString:
    """The words with their files, or what stands in their place."""
    if not shown.words_stand:
        return format_html('<p class="muted post-gone">{}</p>', shown.gone)
    some = shown.only_for_some
    return format_html(
        '{}<div class="prose">{}</div>{}',
        format_html('<p class="muted post-gone">{}</p>', some) if some else "",
        richtext.show(shown.post.html),
        render_to_string("forums/partials/post_files.html", {"files": shown.files, "cohort": cohort}) if shown.files else "",
    )


def _personal(beside: Beside) -> SafeString:
    """That it names the reader, and words of theirs that were taken up in answers."""
    you = format_html('<p><span class="tag calm">{}</span></p>', _("You are mentioned")) if beside.names_you else ""
    return format_html("{}{}", you, format_html_join("", "{}", ((_taken_up(taken),) for taken in beside.taken_up)))


def _taken_up(taken: TakenUp) -> SafeString:
    by = format_html('<a href="{}">{}</a>', taken.url, _named(_("by %(name)s"), taken.name))
    return format_html('<p class="taken-up">{} <q>{}</q> ({})</p>', _("These words were taken up:"), taken.words, by)


def _named(sentence: str, name: str) -> SafeString:
    """A sentence of ours with somebody's name in it."""
    return format_html(conditional_escape(sentence).replace("{", "{{").replace("}", "}}").replace("%(name)s", "{}"), name)


# --- kept drawn -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=KEPT)
def _quietly(slug: str, pk: int, name: str, quiet: tuple[Quiet, ...], language: str) -> SafeString:
    """Quiet reactions to a post by somebody of this name. The buttons belong to the form "reactions" of the page, so that they work
    without JavaScript."""
    address = _address("post-react", slug, pk)
    drawn = format_html_join("\n", "<li> {}{} </li>", ((_said(one, name, address), _who(one)) for one in quiet))
    return format_html('<ul class="reactions" id="reactions-{}" aria-label="{}">{}</ul>', pk, _("How others heard it"), drawn)


def _said(one: Quiet, name: str, address: str) -> SafeString:
    """The quiet word: as a button for who may say it or take it back."""
    if not one.may:
        return format_html("<span>{}:</span>", one.word)
    return format_html(
        '<button type="submit" form="reactions" formaction="{}" name="{}" value="{}" class="button plain" aria-pressed="{}">{} '
        '<span class="unseen">{}</span></button>',
        address,
        "take_back" if one.mine else "react",
        one.kind,
        "true" if one.mine else "false",
        one.word,
        name,
    )


def _who(one: Quiet) -> SafeString:
    """Those who said it, by name, oneself last."""
    people = [format_html("<bdi>{}</bdi>", name) for name in one.names] + ([conditional_escape(_("you"))] if one.mine else [])
    return format_html(" <small>{}</small>", format_html_join(", ", "{}", ((person,) for person in people))) if people else NOTHING


@lru_cache(maxsize=KEPT)
def _acts(
    slug: str,
    pk: int,
    name: str,
    url: str,
    language: str,
    *,
    answer_url: str,  # empty for who may not answer
    stands: bool,
    mine: str,  # the browser's name for it, if it is the reader's own
    withdrawn: bool,
    answered_url: str,  # what it answers, where no quotation leads there
    to_trainer: bool,
) -> SafeString:
    """What one may do with a post of somebody of this name."""
    acts = []
    if answer_url:
        answer = '<a class="button plain" href="{}" data-answer="{}" data-name="{}">{} <span class="unseen">{}</span></a>'
        acts.append(format_html(answer, answer_url, pk, name, _("Answer"), name))
    if stands:
        keep = '<a class="button plain" href="{}?{}" data-keep-words>{} <span class="unseen">{}</span></a>'
        query, word = urlencode({"source": f"post:{pk}", "next": url}), pgettext("words that stayed with somebody", "Keep")
        acts.append(format_html(keep, reverse("courses:words-keep"), query, word, _("these words in your journal")))
    if mine and not withdrawn:
        acts += [_own_act(_address("post-edit", slug, pk), _("Change")), _own_act(_address("post-withdraw", slug, pk), _("Take back"))]
    if mine:
        acts.append(format_html('<span data-kept="{}" hidden></span>', mine))
    if answered_url:
        acts.append(format_html('<a class="button plain" href="{}">{}</a>', answered_url, _("What this answers")))
    if not mine or to_trainer:
        further = [] if mine else [(_address("moderation-flag", slug, pk), _("Flag"))]
        further += [(_address("moderation-post", slug, pk), _("Look after this post"))] if to_trainer else []
        acts.append(_menu(name, further))
    return format_html('<div class="post-acts">{}</div>', format_html_join("\n", "{}", ((act,) for act in acts)))


def _own_act(address: str, word: str) -> SafeString:
    return format_html('<a class="button plain" href="{}">{} <span class="unseen">{}</span></a>', address, word, _("your words"))


def _menu(name: str, acts: list[tuple[str, str]]) -> SafeString:
    """What is not needed every day."""
    return format_html(
        '<details class="menu"><summary class="button plain">{} <span class="unseen">{}</span></summary><div class="menu-body"><ul>{}</ul>'
        "</div></details>",
        _("More"),
        name,
        format_html_join("", '<li><a href="{}">{}</a></li>', acts),
    )


def _address(name: str, slug: str, pk: int) -> str:
    return reverse(f"forums:{name}", args=[slug, pk])

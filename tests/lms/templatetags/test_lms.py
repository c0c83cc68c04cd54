import datetime

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from courses.models import Activity
from lms.templatetags.lms import (
    ACTIVITY_ICONS,
    activity_icon,
    first_words,
    icon,
    minutes_words,
    moment,
    said,
    shortened,
    state_icon,
    state_words,
    when,
    zone_words,
)

NOON = datetime.datetime(2027, 3, 4, 10, 0, tzinfo=datetime.UTC)


def test_first_words_keeps_what_only_looks_like_a_mark():
    assert first_words("<p>Written &lt;without&gt; script &amp; kept.</p><p>More</p>") == "Written <without> script & kept. More"


def test_shortened_ends_with_a_whole_word():
    assert shortened("one two  three", 9) == "one two …"
    assert shortened("one two", 9) == "one two"
    assert shortened("x < y and y > z", 40) == "x < y and y > z"


def test_said_escapes_and_links():
    assert said("<b> & https://example.org\nnext") == (
        '&lt;b&gt; &amp; <a href="https://example.org" rel="noopener noreferrer nofollow ugc">https://example.org</a><br>next'
    )


@pytest.mark.parametrize(("name", "words"), [("Europe/London", "UK"), ("Europe/Tallinn", "Tallinn"), ("America/New_York", "New York")])
def test_zone_words_are_what_people_say(name, words):
    assert zone_words(name) == words


def test_when_shows_both_zones_only_where_they_differ():
    with timezone.override("Europe/Tallinn"):
        abroad = when(NOON, NOON + datetime.timedelta(hours=6, minutes=30))
    with timezone.override("Europe/London"):
        home = when(NOON, NOON + datetime.timedelta(hours=6, minutes=30))

    assert (abroad["day"], abroad["hours"], abroad["zone"], abroad["there"]) == ("Thu 4 March", "12:00–18:30", "Tallinn", "10:00–16:30 UK")
    assert (home["hours"], home["zone"], home["there"]) == ("10:00–16:30", "UK", "")


def test_icon_is_what_its_component_draws():
    assert render_to_string("components/icon.html", {"name": "sun"}) == icon("sun")
    assert icon("ear", "large") == (
        '<svg class="icon large" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<use href="/static/icons/sprite.svg#ear"></use></svg>'
    )


@pytest.mark.parametrize("kind", Activity.Type.values)
def test_activity_icon_knows_every_type(kind):
    assert f"#{ACTIVITY_ICONS[kind]}" in activity_icon(kind)


def test_state_icon_and_words_say_how_far_somebody_is():
    states = ["done", "begun", "locked", "", None]
    assert [state_words(state) for state in states] == ["Done", "Begun", "Not open yet", "Not started", "Not started"]
    assert [state_icon(state).split("#")[1].split('"')[0] for state in states] == ["check", "circle-dot", "lock", "circle", "circle"]


def test_minutes_words_count():
    assert (minutes_words(1), minutes_words(20)) == ("1 minute", "20 minutes")


def test_moment_shows_the_readers_zone_each_time():
    with timezone.override("Europe/Tallinn"):
        abroad = moment(NOON, "l j F, H:i")
    with timezone.override("Europe/London"):
        home = moment(NOON, "l j F, H:i")

    assert abroad == '<time datetime="2027-03-04T12:00:00+02:00">Thursday 4 March, 12:00</time>'
    assert home == '<time datetime="2027-03-04T10:00:00+00:00">Thursday 4 March, 10:00</time>'

"""A little talk in the demo cohort's forum."""

import uuid

from courses.models import Activity, Cohort
from forums.actions.forums import forum_of, thread_for_prompt
from forums.actions.posting import Words, reply, start_thread
from lms import richtext
from lms.users.models import User


def talk(cohort: Cohort, people: dict[str, User]) -> None:
    """A few posts, so that nobody begins in an empty room."""
    prompts = Activity.objects.current().filter(module__programme=cohort.programme_id, type=Activity.Type.FORUM)
    first = thread_for_prompt(cohort=cohort, activity=prompts.get(module__number=1))
    opening = reply(
        actor=people["Trainee B"],
        thread=first,
        words=_words("“Pausing” is the word for me. In my demo week nobody pauses, and I noticed how glad I was to see it written down."),
    )
    reply(
        actor=people["Trainer A"],
        thread=first,
        words=_words("I heard how glad you were. I wonder what a pause of ten seconds would be like in that week."),
        answers=opening,
        quoted="nobody pauses",
    )
    thread = start_thread(
        actor=people["Trainee C"],
        forum=forum_of(cohort),
        title="Whose voice was missing on Tuesday?",
        words=_words(
            "In our practice meeting the grandmother was mentioned four times and spoken to not once. "
            "I keep thinking of the chair she was not sitting in.\n\n"
            "I wonder what it would have been like to ask what she might say if she were with us."
        ),
    )
    reply(
        actor=people["Trainee B"],
        thread=thread,
        words=_words("It stirred something. At home there was always such a chair."),
        answers=thread.posts.first(),
        quoted="the chair she was not sitting in",
    )
    start_thread(
        actor=people["Trainee D"],
        forum=forum_of(cohort),
        title="Silence on a screen",
        words=_words("In the last triad we were quiet for a while and I thought the connection had gone. How do you know it is silence?"),
    )


def _words(words: str) -> Words:
    return Words(html=richtext.from_plain(words, "post"), client_id=uuid.uuid4())

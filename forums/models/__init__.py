"""Talk that waits: forums, threads, posts, how far each person has read, and what trainers look after.

Nothing here is counted, voted on or ranked. What is kept besides the words is who has been answered and who has not.
"""

from forums.models.files import ALT_LENGTH, PostFile
from forums.models.forums import Forum
from forums.models.moderation import ANSWER_LENGTH, REASON_LENGTH, ActAnswer, Claim, Flag, Hold, ModerationAct, PostCheck
from forums.models.posts import QUOTE_LENGTH, Draft, Mention, Post, PostRevision, Reaction
from forums.models.threads import PAGE, TITLE_LENGTH, Level, Thread, ThreadRead, ThreadSeat, Voice

__all__ = [
    "ALT_LENGTH",
    "ANSWER_LENGTH",
    "PAGE",
    "QUOTE_LENGTH",
    "REASON_LENGTH",
    "TITLE_LENGTH",
    "ActAnswer",
    "Claim",
    "Draft",
    "Flag",
    "Forum",
    "Hold",
    "Level",
    "Mention",
    "ModerationAct",
    "Post",
    "PostCheck",
    "PostFile",
    "PostRevision",
    "Reaction",
    "Thread",
    "ThreadRead",
    "ThreadSeat",
    "Voice",
]

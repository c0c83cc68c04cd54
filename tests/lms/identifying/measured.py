"""How often the check before a post is wrong, on two collections of our own: ordinary posts, and sentences that identify.

python -m tests.lms.identifying.measured     prints the table of docs/identifying.md and where the rules were wrong
"""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from lms.identifying import Kind, notice

HERE = Path(__file__).parent
_MARKED = re.compile(r"(\w+): (.*)")


@dataclass(frozen=True)
class Example:
    """A sentence with one place that identifies: `text[start:end]`."""

    kind: Kind
    text: str
    start: int
    end: int

    def is_noticed(self) -> bool:
        return any(found.kind == self.kind and found.start < self.end and self.start < found.end for found in notice(self.text))


def ordinary_posts(name: str = "ordinary.txt") -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").strip().split("\n---\n")


def identifying_examples(name: str = "identifying.txt") -> list[Example]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [_example(line) for line in lines if line and not line.startswith("#")]


def _example(line: str) -> Example:
    marked = _MARKED.fullmatch(line)
    assert marked, line
    before, rest = marked[2].split("[[")
    inside, after = rest.split("]]")
    return Example(Kind(marked[1]), before + inside + after, len(before), len(before) + len(inside))


def false_alarms(posts: list[str]) -> list[str]:
    return [post for post in posts if notice(post)]


def missed(examples: list[Example]) -> list[str]:
    return [f"{example.kind}: {example.text}" for example in examples if not example.is_noticed()]


def table() -> str:
    """The lines of the table in docs/identifying.md."""
    posts, examples = ordinary_posts(), identifying_examples()
    unseen_posts, unseen_examples = ordinary_posts("unseen_ordinary.txt"), identifying_examples("unseen_identifying.txt")
    rows = [("ordinary posts in which something was noticed", len(posts), len(false_alarms(posts)))]
    for kind in Kind:
        of_kind = [example for example in examples if example.kind == kind]
        rows.append((f"missed: {kind.value.replace('_', ' ')}", len(of_kind), len(missed(of_kind))))
    rows.append(("fresh: ordinary posts in which something was noticed", len(unseen_posts), len(false_alarms(unseen_posts))))
    rows.append(("fresh: missed, all kinds", len(unseen_examples), len(missed(unseen_examples))))
    lines = [f"| {what} | {looked_at} | {wrong} | {wrong / looked_at:.1%} |" for what, looked_at, wrong in rows]
    return "\n".join(["| what | looked at | wrong | rate |", "|---|--:|--:|--:|", *lines])


def main() -> None:
    wrong = []
    for names in (("ordinary.txt", "identifying.txt"), ("unseen_ordinary.txt", "unseen_identifying.txt")):
        for post in false_alarms(ordinary_posts(names[0])):
            wrong.append(f"noticed {', '.join(found.kind for found in notice(post))}: {post[:200]}")
        wrong += [f"missed {line}" for line in missed(identifying_examples(names[1]))]
    sys.stdout.write("\n".join([table(), "", *wrong, ""]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.test")
    main()

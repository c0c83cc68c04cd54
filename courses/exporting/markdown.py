"""Our small set of tags as CommonMark. Every word survives; characters that mean something in Markdown are escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_BLOCKS = {"p", "ul", "ol", "li", "blockquote", "pre", "h2", "h3", "hr"}
_VOID = {"br", "hr"}
_MARKS = {"strong": "**", "em": "*", "s": "~~"}
_MEANS_SOMETHING = re.compile(r"[\\`*_\[\]<|~]|&(?=#?\w+;)|!\Z")
_AT_LINE_START = re.compile(r"^(?:[#+\-=>]|(\d{1,9})(?=[.)]))", re.MULTILINE)


@dataclass
class _Node:
    tag: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[_Node | str] = field(default_factory=list)

    def text(self) -> str:
        """The words inside, as they are; a line break is one."""
        if self.tag == "br":
            return "\n"
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


class _Tree(HTMLParser):
    """Cleaned HTML is well formed, so a closing tag closes what is open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [_Node()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def to_markdown(cleaned: str) -> str:
    """Cleaned HTML as Markdown, ending with one line break; nothing for nothing."""
    tree = _Tree()
    tree.feed(cleaned)
    tree.close()
    written = "\n\n".join(_blocks(tree.open[0]))
    return written + "\n" if written else ""


def escape(text: str) -> str:
    """One line of plain words that means in Markdown what it says."""
    return _paragraph([" ".join(text.split())])


# --- blocks ---------------------------------------------------------------------------------------------------------


def _blocks(node: _Node) -> list[str]:
    """The blocks inside; words that stand outside of any are a paragraph."""
    found: list[str] = []
    loose: list[_Node | str] = []
    for child in [*node.children, None]:
        if child is not None and not (isinstance(child, _Node) and _is_block(child)):
            loose.append(child)
            continue
        if written := _paragraph(loose):
            found.append(written)
        loose = []
        if isinstance(child, _Node):
            found += _block(child)
    return found


def _is_block(node: _Node) -> bool:
    """A block, or a mark around one."""
    return node.tag in _BLOCKS or any(isinstance(child, _Node) and _is_block(child) for child in node.children)


def _block(node: _Node) -> list[str]:
    match node.tag:
        case "hr":
            return ["***"]  # dashes inside a list would be a rule instead of its item
        case "pre":
            return [_code_block(node.text())]
        case "h2" | "h3" if not any(isinstance(child, _Node) and _is_block(child) for child in node.children):
            words = " ".join(_inline(node.children).replace("\\\n", " ").split())
            words = re.sub(r"(?<!\S)(#+)\Z", r"\\\1", words)  # or they would be the heading's end
            return [f"{'#' * int(node.tag[1])} {words}"] if words else []
        case "ul" | "ol":
            return _list(node)
        case "blockquote":
            written = "\n\n".join(_blocks(node))
            return ["\n".join(f"> {line}".rstrip() for line in written.split("\n"))] if written else []
    return _blocks(node)


def _list(node: _Node) -> list[str]:
    start = node.attributes.get("start", "")
    number = int(start) if start.isdecimal() else 1
    items: list[str] = []
    loose = False
    for child in node.children:
        if isinstance(child, str) and not child.strip():
            continue
        parts = _blocks(child if isinstance(child, _Node) else _Node(children=[child]))
        loose = loose or len(parts) > 1
        marker = "- " if node.tag == "ul" else f"{number}. "
        number += 1
        items.append((marker + _indent("\n\n".join(parts), len(marker))).rstrip())
    return ["\n\n".join(items) if loose else "\n".join(items)] if items else []


def _indent(text: str, width: int) -> str:
    first, *others = text.split("\n")
    return "\n".join([first, *(" " * width + line if line else "" for line in others)])


def _code_block(text: str) -> str:
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}\n{text.removesuffix(chr(10))}\n{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


# --- inside a line --------------------------------------------------------------------------------------------------


def _paragraph(nodes: list[_Node | str]) -> str:
    lines = [line.strip(" ") for line in _inline(nodes).split("\n")]
    written = re.sub(r"(?:\\\n|\s)+\Z", "", "\n".join(lines))
    written = re.sub(r"(?:(?<!\\)\\)\Z", "", written)  # a line break at the very end
    written = re.sub(r"\A(?:\\\n|\s)+", "", written)
    return _AT_LINE_START.sub(_escaped_start, written)


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match[1]}\\" if match[1] else f"\\{match[0]}"


def _inline(nodes: list[_Node | str], inside: frozenset[str] = frozenset()) -> str:
    """`inside` are the marks around it already: the same again would be a mark of another kind."""
    written = ""
    for part in _parts(nodes, inside):
        # The fences of two pieces of code side by side would run into one; what stands between them is seen by nobody.
        touching = written.endswith("`") and not written.endswith("\\`") and part.startswith("`")
        written += f"<!-- -->{part}" if touching else part
    return written


def _parts(nodes: list[_Node | str], inside: frozenset[str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield _MEANS_SOMETHING.sub(lambda match: f"\\{match[0]}", re.sub(r"[ \t\r\n\f]+", " ", node))
        elif node.tag == "br":
            yield "\\\n"
        elif node.tag == "code":
            yield _code(node.text())
        elif node.tag in _MARKS and node.tag not in inside:
            yield _marked(_inline(node.children, inside | {node.tag}), _MARKS[node.tag])
        elif node.tag == "a":
            yield _link(node, inside)
        else:
            yield _inline(node.children, inside)


def _marked(words: str, mark: str) -> str:
    """Marks stand right beside words; the spaces and breaks around these go outside."""
    inner = re.sub(r"\A(?:\\\n|\s)+|(?:(?<!\\)\\\n|\s)+\Z", "", words)
    if not inner or inner.endswith("\\"):
        return words
    at = words.index(inner)
    return f"{words[:at]}{mark}{inner}{mark}{words[at + len(inner) :]}"


def _code(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    if not text.strip():
        return text
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _link(node: _Node, inside: frozenset[str]) -> str:
    address = re.sub(r"[<>\\\s]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), node.attributes.get("href", ""))
    words = _inline(node.children, inside)
    if not address or not words.strip():
        return words
    if node.text() == address and re.fullmatch(r"(?:https?|mailto):[^\s<>]+", address):
        return f"<{address}>"
    title = " ".join(re.sub(r'[\\"&<]', lambda match: f"\\{match[0]}", node.attributes.get("title", "")).split())
    return f'[{words}](<{address}> "{title}")' if title else f"[{words}](<{address}>)"

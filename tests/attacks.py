"""Words that try to be something else, and a reader that finds every place where they succeeded."""

import re
from html.parser import HTMLParser

from hypothesis import strategies as st

# Every payload that could run anything would set window.__xss; the browser test looks whether one did.
RUN = "window.__xss=1"

ATTACKS = [
    # elements that run
    f"<script>{RUN}</script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<SCRIPT/x>{RUN}</SCRIPT >",
    f"</script><script>{RUN}</script>",
    f"<script src='data:text/javascript,{RUN}'></script>",
    f"<script type=module>{RUN}</script>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><script xlink:href='data:,{RUN}'/></svg>",
    f"<math><script>{RUN}</script></math>",
    # handlers
    f"<img src=x onerror={RUN}>",
    f"<img src=x oneonerrorrror={RUN}>",
    f"<image/src=x/onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><a xlink:href='javascript:{RUN}'><text>x</text></a></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={RUN}>#x'/>",
    f"<body onload={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<p onpointerenter={RUN} style='position:fixed;inset:0' tabindex=1>x</p>",
    f"<dialog open onbeforetoggle={RUN}>x</dialog>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src='javascript:parent.{RUN}'></iframe>",
    f"<object data='data:text/html,<script>parent.{RUN}</script>'></object>",
    f"<embed src='javascript:{RUN}'>",
    f"<form action='javascript:{RUN}'><button>x</button></form>",
    f"<button formaction='javascript:{RUN}'>x</button>",
    # out of the place where the words stand
    f'"><script>{RUN}</script>',
    f"'><img src=x onerror={RUN}>",
    f'" onmouseover="{RUN}" x="',
    f"' onfocus='{RUN}' autofocus x='",
    f"`onerror={RUN}`",
    f"</textarea><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</template><img src=x onerror={RUN}>",
    f"</style><img src=x onerror={RUN}>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"'-({RUN})-'",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&amp;lt;img src=x onerror={RUN}&amp;gt;",
    f"%3Cscript%3E{RUN}%3C/script%3E",
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-",
    # addresses
    f"javascript:{RUN}",
    f"<a href='javascript:{RUN}'>x</a>",
    f"<a href='JaVaScRiPt:{RUN}'>x</a>",
    f"<a href='java&#x0A;script:{RUN}'>x</a>",
    f"<a href=' &#14; javascript:{RUN}'>x</a>",
    f"<a href='javascript&colon;{RUN}'>x</a>",
    "<a href='javascript:123'>x</a>",
    f"<a href='data:text/html,<script>{RUN}</script>'>x</a>",
    "<a href='vbscript:1'>x</a> <a href='//evil.example'>x</a> <a href='/accounts/logout/'>x</a>",
    f'https://x.org/"onmouseover="{RUN}',
    f"www.x.org/<img/src=x/onerror={RUN}>",
    f"https://x.org/&quot;onmouseover={RUN}//",
    f"x@x.org\"onfocus='{RUN}'autofocus",
    # what changes its meaning when parsed again
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>",
    f"<svg></p><style><a id='</style><img src=1 onerror={RUN}>'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<xmp><img src=x onerror={RUN}></xmp><plaintext><img src=x onerror={RUN}>",
    f"<select><style></select><img src=x onerror={RUN}></style>",
    # what leads or loads elsewhere, or takes the place of something of ours
    "<img src='https://evil.example/pixel.gif'><img srcset='https://evil.example/p 1x'>",
    "<p style='background:url(https://evil.example/p)' class='button' id='main' data-room=x>x</p>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example/x.css'><style>@import 'https://evil.example/y.css'</style>",
    "<form id=composer name=csrfmiddlewaretoken><input name=body></form><p id='__proto__' name=cookie>x</p>",
    # templates, and signs that nobody sees
    "{{ request.user.email }}{% now 'Y' %}{% load static %} ${7*7} #{7*7} %name% %(name)s {time}",
    f"\x00<scr\x00ipt>{RUN}</scr\x00ipt>",
    f"\u202e<\u200bscript>{RUN}\u2028</script>\u2029\ufeff",
    f"\ufdd0lt;script\ufdd0gt;{RUN}",
    f"<ſcript>{RUN}</ſcript> <ıframe> ＜script＞{RUN}＜/script＞",
]

_PIECES = st.sampled_from(
    [
        *("<", ">", "</", "/>", '"', "'", "`", "=", "&", "&lt;", "&#x3c;", "<!--", "-->", "<![CDATA[", "]]>", " ", "\t", "\n", "\x0c", "x"),
        *("script", "img", "svg", "math", "style", "textarea", "title", "template", "noscript", "a", "p", "table", "mglyph", "iframe"),
        *(" onerror", " onload", " href=", " src=", " style=", "javascript:", "data:", "https://x.org/", "www.x.org", "{{", "}}", RUN),
    ]
)
MADE = st.lists(_PIECES, min_size=2, max_size=14).map("".join)

# What a page of ours is made of: (tag, attribute) of everything our templates write around people's words.
_ADDRESS = re.compile(r"(/(?!/)|#|\?|https?://[^\s]|mailto:|tel:|sms:\d+$|$)", re.IGNORECASE)
_NEVER = {"iframe", "object", "embed", "applet", "base", "meta-refresh", "math", "img", "image", "video", "audio", "marquee", "frame"}
_NEVER |= {"style", "animate", "set", "foreignobject", "mglyph", "xmp", "plaintext", "noembed", "frameset", "portal", "isindex"}
# Pictures and sounds of ours: files that somebody added, by an address that a template wrote.
_FILE = re.compile(
    r"/(journal/attachments/[0-9a-f-]{36}|journal/shared/[0-9a-f-]{36}/with/[0-9a-f-]{36}|c/[a-z0-9-]+/forum/file/[0-9a-f-]{36}"
    r"|c/[a-z0-9-]+/people/\d+/face)/\Z"
)
_OF_FILES = {
    "img": {"src", "alt", "width", "height", "loading"},
    "audio": {"src", "controls", "preload", "aria-label"},
}
_IN_WORDS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "a", "code", "pre", "h2", "h3", "hr"}


class Page(HTMLParser):
    """Reads a page as a browser would and notes what could run, load, lead away or be taken for ours.

    Inside `prose` and `said-words`, where people's words stand as markup, only the short list of lms.richtext may occur; on a page that
    compares two texts (`compared`), where words are plain, also the marks that our templates put around what is gone and what is new.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.text = ""
        self._inside: list[str] = []
        self._compares = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._inside:
            self._words(tag, given)
            if tag not in {"br", "hr"}:
                self._inside.append(tag)
        self._anywhere(tag, given)
        classes = given.get("class", "").split()
        self._compares = self._compares or "compared" in classes
        if not self._inside and ({"prose", "said-words"} & set(classes) or "data-words-html" in given):
            self._inside = [tag]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data[:40]}")

    def _anywhere(self, tag: str, given: dict[str, str]) -> None:
        of_file = set(given) <= _OF_FILES.get(tag, set()) and _FILE.match(given.get("src", ""))
        if (tag in _NEVER and not of_file) or (tag == "meta" and "http-equiv" in given):
            self.wrong.append(tag)
        if tag == "script" and not (given.get("src", "").startswith("/static/") or given.get("type") == "application/json"):
            self.wrong.append("script")
        if tag == "svg" and not set(given) <= {"class", "aria-hidden", "viewbox", "role", "aria-label", "focusable", "data-circle"}:
            self.wrong.append(f"svg {sorted(given)}")
        self.wrong += [f"{tag} {name}" for name in given if name.startswith("on") or name in {"style", "srcdoc", "xlink:href"}]
        if not re.fullmatch(r"|/c/[a-z0-9-]+/forum/post/\d+/react/", given.get("formaction", "")):  # the one that is ours
            self.wrong.append(f"{tag} formaction")
        addresses = [given[name] for name in ("href", "src", "action", "data", "poster") if name in given]
        self.wrong += [f"{tag} leads to {address[:60]}" for address in addresses if not _ADDRESS.match(address)]

    def _words(self, tag: str, given: dict[str, str]) -> None:
        if self._compares and (tag, given) in [("del", {}), ("ins", {}), ("span", {"class": "unseen"})]:
            return
        if tag not in _IN_WORDS:
            self.wrong.append(f"{tag} among words")
        allowed = {"a": {"href", "title", "rel"}, "ol": {"start"}}.get(tag, set())
        self.wrong += [f"{tag} {name} among words" for name in given if name not in allowed]
        if tag == "a" and not re.match(r"(https?://|mailto:)\S+\Z", given.get("href", "https://x"), re.IGNORECASE):
            self.wrong.append(f"words lead to {given['href'][:60]}")

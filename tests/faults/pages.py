"""Pages of a web process, as somebody who is signed in meets them."""

import html
import http.client
import re
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

WORDS = "Quiet words about a long evening. " * 300
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')
ENOUGH = 40  # pages of one walk


@dataclass
class Site:
    port: int
    session: str

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": f"localhost:{self.port}", "Cookie": f"sessionid={self.session}; csrftoken={'c' * 32}"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{self.port}"}
        body = urlencode(fields | {"csrfmiddlewaretoken": "c" * 32}) if fields else None
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            line.close()

    def write_entry(self, title: str = "An evening") -> tuple[int, str]:
        fields = {"client_id": str(uuid.uuid4()), "title": title, "body": WORDS, "body_form": "text"}
        return self.ask("POST", "/journal/new/", fields)

    def titles(self, title: str = "An evening") -> int:
        return len(re.findall(title, self.ask("GET", "/journal/")[1]))

    def walk(self) -> dict[str, int]:
        """Follows links from the first page on, nearest first. What each page answered."""
        answers: dict[str, int] = {}
        ahead = ["/"]
        while ahead and len(answers) < ENOUGH:
            path = ahead.pop(0)
            answers[path], page = self.ask("GET", path)
            found = [html.unescape(link) for link in LINK.findall(page)]
            ahead += [link for link in dict.fromkeys(found) if link not in answers and link not in ahead and is_page(link)]
        return answers


def is_page(link: str) -> bool:
    return not link.startswith(("/static/", "//"))

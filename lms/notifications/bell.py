"""Whether something is waiting, known with the person: every page shows it, so it must not cost a question of its own."""

from collections.abc import Callable
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse

from lms.full_disk import trace
from lms.notifications.actions.notices import is_waiting, read
from lms.notifications.models import Notice
from lms.users.models import User
from lms.users.second_factor import second_steps


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, and the person it finds for a request carries `waiting` and `second_step`. One query, as before."""

    def get_user(self, user_id: int) -> User | None:
        unread = Notice.objects.unread().filter(person=OuterRef("pk"))
        steps = second_steps().filter(user=OuterRef("pk"))
        asked = User.objects.annotate(waiting=Exists(unread), second_step=Exists(steps))  # type: ignore[no-redef]
        person = asked.filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


class BellMiddleware:
    """Opening the page that a notice leads to reads the notice, however one came there. Costs whom nothing waits for nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> None:
        person = request.user
        if request.method == "GET" and person.is_authenticated and person.waiting:
            with trace():
                if read(actor=person, path=request.path):
                    person.waiting = is_waiting(person)

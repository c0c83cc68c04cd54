"""For whoever stands outside: what usually helps, and a person to write to."""

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.http import reads_or_writes
from lms.mail.actions import write_letter


class HelpForm(forms.Form):
    who = forms.CharField(
        label=gettext_lazy("Your name, and an address where we can reach you"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("A phone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    what = forms.CharField(
        label=gettext_lazy("What happens when you try?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=gettext_lazy("Please do not write a password here."),
    )


@reads_or_writes
def cannot_get_in(request: HttpRequest) -> HttpResponse:
    """Help, and a letter to the help desk. The answer is the same whether or not we know the address."""
    form = HelpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="cannot_get_in", key="everybody"):
            write_letter(to=settings.CONTACT_EMAIL, subject=_("Somebody cannot get in"), body=_letter(**form.cleaned_data))
            return redirect(f"{request.path}?sent=1")
        form.add_error(None, _("Several letters came from here just now. Your words are still below: write to us by mail instead."))
    sent = request.method == "GET" and "sent" in request.GET
    return render(request, "account/cannot_get_in.html", {"form": form, "sent": sent, "help_address": settings.CONTACT_EMAIL})


def _letter(*, who: str, phone: str, what: str) -> str:
    """The one letter that carries somebody's own words: to the help desk and to nobody else."""
    return _("Somebody wrote from the page “I cannot get in”.\n\nName and address: %(who)s\nPhone: %(phone)s\n\n%(what)s\n") % {
        "who": " ".join(who.split()),
        "phone": " ".join(phone.split()) or _("none given"),
        "what": what,
    }

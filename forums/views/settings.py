"""What holds in a forum: for the trainers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.permissions import place_or_404
from forums.actions.settings import set_forum
from forums.forms.settings import SettingsForm
from forums.models import Forum
from lms.http import SignedInRequest, reads_or_writes
from lms.permissions import Refused, Verb


@login_required
@reads_or_writes
def forum_settings(request: SignedInRequest, cohort: str, forum: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.MODERATE)
    chosen = get_object_or_404(Forum.objects.visible_to(request.user, place.cohort, place.part), pk=forum)
    now = {"allows_anonymous": chosen.allows_anonymous, "words_in_mail": chosen.words_in_mail}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        try:
            set_forum(actor=request.user, forum=chosen, **form.cleaned_data)
            messages.success(request, _("It holds from now on."))
            return HttpResponseRedirect(f"{reverse('forums:forum', args=[cohort])}?in={chosen.pk}")
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return render(request, "forums/forum_settings.html", {"cohort": place.cohort, "forum": chosen, "form": form})

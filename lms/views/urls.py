"""Pages that need several apps."""

from django.urls import path

from lms.views import (
    activity,
    bell,
    cannot_get_in,
    drafts,
    group,
    invitation_elsewhere,
    overview,
    second_factor,
    shortcuts,
    styleguide,
    today,
)

urlpatterns = [
    path("", today.today, name="today"),
    path("cohorts/", today.cohorts, name="cohorts"),
    path("c/<slug:cohort>/", today.cohort_today, name="cohort-today"),
    path("c/<slug:cohort>/overview/", overview.overview, name="overview"),
    path("c/<slug:cohort>/overview/<slug:sheet>.csv", overview.overview_table, name="overview-table"),
    path("course/", shortcuts.course, name="course"),
    path("forum/", shortcuts.forum, name="forum"),
    path("forum/new/", shortcuts.forum_new, name="forum-new"),
    path("live/", shortcuts.live, name="live"),
    path("c/<slug:cohort>/course/<slug:module>/<slug:activity>/", activity.activity, name="activity"),
    path("c/<slug:cohort>/course/<slug:module>/<slug:activity>/done/", activity.done, name="activity-done"),
    path("c/<slug:cohort>/course/<slug:module>/<slug:activity>/place/", activity.place, name="activity-place"),
    path("c/<slug:cohort>/groups/<int:group>/", group.group, name="group"),
    path("cannot-get-in/", cannot_get_in.cannot_get_in, name="cannot-get-in"),
    path("invitation/<str:token>/elsewhere/", invitation_elsewhere.invitation_elsewhere, name="invitation-elsewhere"),
    path("account/second-step/", second_factor.second_factor, name="second-factor"),
    path("draft-key/", drafts.draft_key, name="draft-key"),
    path("notifications/now/", bell.now, name="notifications-now"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]

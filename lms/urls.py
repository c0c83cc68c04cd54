"""All addresses."""

from django.urls import include, path

from courses import urls as courses_urls
from live import urls as live_urls
from lms.views import health, metrics
from lms.views import urls as views_urls

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("accounts/", include("lms.users.allauth_urls")),
    path("", include("lms.users.urls")),
    path("", include("lms.mail.urls")),
    path("", include("lms.notifications.urls")),
    path("", include(views_urls)),
    path("", include(courses_urls.site)),
    path("", include(live_urls.site)),
    path("", include("courses.urls")),
    path("", include("forums.urls")),
    path("", include("live.urls")),
]

handler400 = "lms.views.errors.bad_request"
handler403 = "lms.views.errors.forbidden"
handler404 = "lms.views.errors.not_found"
handler500 = "lms.views.errors.server_error"

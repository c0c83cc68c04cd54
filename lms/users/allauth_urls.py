"""allauth's addresses, with what we change about two of them. Sign-ins have pages of our own (`lms.users.urls`)."""

from allauth.mfa.totp import views as totp
from csp.decorators import csp_update
from django.urls import include, path

from lms.users import views

# The picture for the authenticator app is drawn into the page, on this one page only.
activate_totp = csp_update({"img-src": "data:"})(totp.activate_totp)

urlpatterns = [
    path("logout/", views.sign_out, name="account_logout"),
    path("2fa/totp/activate/", activate_totp, name="mfa_activate_totp"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]

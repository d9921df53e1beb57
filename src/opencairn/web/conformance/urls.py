"""The addresses of the conformance door, all public, and there only while the setting is on."""

from django.urls import path

from . import views

app_name = "conformance"
PUBLIC = ("index", "issue", "verify", "verify_presentation", "derive", "set_status", "status_list", "resolve")

urlpatterns = [
    path("", views.index, name="index"),
    path("status/<slug:purpose>", views.status_list, name="status_list"),
    path("did/<path:did>", views.resolve, name="resolve"),
    path("<slug:suite>/credentials/issue", views.issue, name="issue"),
    path("<slug:suite>/credentials/verify", views.verify_credential, name="verify"),
    path("<slug:suite>/credentials/derive", views.derive, name="derive"),
    path("<slug:suite>/credentials/status", views.set_status, name="set_status"),
    path("<slug:suite>/presentations/verify", views.verify_presented, name="verify_presentation"),
]

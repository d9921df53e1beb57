from django.urls import path

from . import views

app_name = "people"
PUBLIC = ("organisation", "permissions")

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/name/", views.name, name="name"),
    path("permissions/", views.permissions, name="permissions"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.register_organisation, name="register_organisation"),
    path("organisations/<slug:slug>/", views.organisation, name="organisation"),
    path("organisations/<slug:slug>/edit/", views.organisation_edit, name="organisation_edit"),
    path("organisations/<slug:slug>/verify/", views.verify, name="verify"),
    path("organisations/<slug:slug>/close/", views.close, name="close"),
    path("organisations/<slug:slug>/members/", views.members, name="members"),
    path("organisations/<slug:slug>/members/<int:membership>/remove/", views.remove_member, name="remove_member"),
]

from django.urls import path

from . import views

app_name = "catalogue"
PUBLIC = ("index", "compare")
urlpatterns = [
    path("find/", views.index, name="index"),
    path("compare/", views.compare, name="compare"),
]

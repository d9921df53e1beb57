from django.urls import path

from . import views

app_name = "skills"
PUBLIC = ("taxonomies", "levels")
urlpatterns = [
    path("skills/", views.taxonomies, name="taxonomies"),
    path("skills/review/", views.review, name="review"),
    path("skills/current/", views.make_current, name="make_current"),
    path("levels/", views.levels, name="levels"),
]

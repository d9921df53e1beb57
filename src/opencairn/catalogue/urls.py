from django.urls import path

from . import views

app_name = "catalogue"
PUBLIC = ("index", "suggest", "compare", "download")
urlpatterns = [
    path("find/", views.index, name="index"),
    path("find/suggest/", views.suggest, name="suggest"),
    path("compare/", views.compare, name="compare"),
    path("programmes/<slug:slug>/as/<slug:form>/", views.download, name="download"),
]

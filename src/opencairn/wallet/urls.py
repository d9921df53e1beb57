from django.urls import path

from . import views

app_name = "wallet"
PUBLIC = ("shared", "shared_json")
urlpatterns = [
    path("cairn/", views.portfolio, name="portfolio"),
    path("cairn/accept/<uuid:id>/", views.accept, name="accept"),
    path("cairn/<uuid:id>/", views.holding, name="holding"),
    path("cairn/<uuid:id>/certificate/", views.certificate, name="certificate"),
    path("cairn/<uuid:id>/credential.<str:kind>", views.download, name="download"),
    path("cairn/<uuid:id>/share/", views.share, name="share"),
    path("cairn/<uuid:id>/links/<int:link>/end/", views.unshare, name="unshare"),
    path("cairn/<uuid:id>/discard/", views.discard, name="discard"),
    path("s/<str:token>/", views.shared, name="shared"),
    path("s/<str:token>/credential.json", views.shared_json, name="shared_json"),
]

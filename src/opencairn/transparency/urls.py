from django.urls import path

from . import api, views

app_name = "transparency"
PUBLIC = (
    "log", "entries", "entry", "heads", "checkpoint", "head_json", "heads_json", "keys_json", "entries_json",
    "inclusion_json", "leaf_json", "credential_json", "consistency_json",
)  # fmt: skip
urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/entries/", views.entries, name="entries"),
    path("log/entries/<int:index>/", views.entry, name="entry"),
    path("log/heads/", views.heads, name="heads"),
    path("log/checkpoint", api.checkpoint, name="checkpoint"),
    path("log/head.json", api.head, name="head_json"),
    path("log/heads.json", api.heads, name="heads_json"),
    path("log/keys.json", api.keys, name="keys_json"),
    path("log/entries/<str:span>.json", api.entries, name="entries_json"),
    path("log/inclusion/<str:index>/<str:size>.json", api.inclusion, name="inclusion_json"),
    path("log/leaf/<str:leaf>.json", api.leaf, name="leaf_json"),
    path("log/credential/<str:sha256>.json", api.credential, name="credential_json"),
    path("log/consistency/<str:old>/<str:size>.json", api.consistency, name="consistency_json"),
]

from django.urls import path

from .views import finding, shortlists, spreading

app_name = "catalogue"
PUBLIC = (
    "index", "suggest", "compare", "download", "provider", "course_map", "skill_map", "feed", "framed", "embed",
    "shared_shortlist",
)  # fmt: skip
urlpatterns = [
    path("find/", finding.index, name="index"),
    path("find/suggest/", finding.suggest, name="suggest"),
    path("find/feed/", spreading.feed, name="feed"),
    path("find/map/", finding.skill_map, name="skill_map"),
    path("find/map/<slug:slug>/", finding.course_map, name="course_map"),
    path("compare/", finding.compare, name="compare"),
    path("programmes/<slug:slug>/as/<slug:form>/", spreading.download, name="download"),
    path("providers/<slug:slug>/", finding.provider, name="provider"),
    path("embed/", spreading.embed, name="embed"),
    path("embed/find/", spreading.framed, name="framed"),
    path("shortlists/", shortlists.mine, name="shortlists"),
    path("shortlists/<uuid:identifier>/", shortlists.shortlist, name="shortlist"),
    path("shortlists/<uuid:identifier>/send/", shortlists.send, name="send_shortlist"),
    path("shortlists/<uuid:identifier>/end/", shortlists.take_back, name="take_back"),
    path("for-you/<str:token>/", shortlists.shared, name="shared_shortlist"),
]

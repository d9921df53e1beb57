from django.urls import path

from .views import alignment, dates, desk, feeds, lists, live, principles, public

app_name = "programmes"
urlpatterns = [
    path("publish/", desk.desk, name="desk"),
    path("publish/new/", desk.new, name="new"),
    path("publish/<slug:slug>/", desk.describe, name="describe"),
    path("publish/<slug:slug>/publish/", desk.publish, name="publish"),
    path("publish/<slug:slug>/next-version/", desk.next_version, name="next_version"),
    path("publish/<slug:slug>/withdraw/", desk.withdraw, name="withdraw"),
    path("publish/<slug:slug>/measure/", live.measure, name="measure"),
    path("publish/<slug:slug>/assurance/", live.assurance, name="assurance"),
    path("publish/<slug:slug>/principles/", principles.at_the_desk, name="principles"),
    path("publish/<slug:slug>/preview/", public.preview, name="preview"),
    path("publish/<slug:slug>/dates/", dates.offerings, name="offerings"),
    path("publish/<slug:slug>/dates/<uuid:offering>/cancel/", dates.cancel_offering, name="cancel_offering"),
    path("publish/<slug:slug>/outcomes/skills/", alignment.align, name="align"),
    path("publish/<slug:slug>/<slug:question>/", desk.question, name="question"),
    path("harvest/", feeds.feeds, name="feeds"),
    path("harvest/new/", feeds.new_feed, name="new_feed"),
    path("harvest/handed-on/", feeds.handed_on, name="handed_on"),
    path("harvest/<uuid:feed>/", feeds.feed, name="feed"),
    path("harvest/<uuid:feed>/look/", feeds.look_now, name="look_now"),
    path("harvest/<uuid:feed>/pause/", feeds.pause_feed, name="pause_feed"),
    path("harvest/<uuid:feed>/bell/", feeds.new_bell, name="new_bell"),
    path("harvest/<uuid:feed>/withdraw/", feeds.withdraw_missing, name="withdraw_missing"),
    path("harvest/<uuid:feed>/report/<int:run>.csv", feeds.report, name="report"),
    path("profiles/", lists.index, name="profiles"),
    path("profiles/<slug:key>.toml", lists.file, name="profile_file"),
    path("programmes/<slug:slug>/", public.programme, name="programme"),
    path("programmes/<slug:slug>/v/<int:number>/", public.version, name="version"),
    path("programmes/<slug:slug>/v/<int:number>/principles/", principles.of_version, name="version_principles"),
    path("programmes/<slug:slug>/v/<int:number>/stone.<slug:kind>", public.stone, name="stone"),
]
PUBLIC = ("profiles", "profile_file", "programme", "version", "version_principles", "stone")

from django.urls import path

from . import feeds, views

app_name = "quality"
PUBLIC = (
    "register", "decision", "frameworks", "framework", "provider", "programme", "fundable", "coverage", "elsewhere",
    "changes",
)  # fmt: skip
urlpatterns = [
    path("quality/", views.desk, name="desk"),
    path("quality/apply/<slug:slug>/", views.apply, name="apply"),
    path("quality/reviews/<uuid:review_id>/", views.review, name="review"),
    path("quality/reviews/<uuid:review_id>/findings/<slug:criterion>/", views.finding, name="finding"),
    path("quality/reviews/<uuid:review_id>/decide/", views.decide, name="decide"),
    path("quality/decisions/<slug:number>/sanction/", views.sanction, name="sanction"),
    path("quality/decisions/<slug:number>/lift/", views.lift, name="lift"),
    path("register/", views.register, name="register"),
    path("quality/endorsements/", views.endorsements, name="endorsements"),
    path("quality/endorsements/<uuid:endorsement_id>/", views.endorsement, name="endorsement"),
    path("quality/endorsements/<uuid:endorsement_id>/answer/", views.answer, name="answer"),
    path("quality/endorsements/<uuid:endorsement_id>/revoke/", views.revoke, name="revoke"),
    path("quality/endorsements/of/<slug:slug>/", views.ask_endorsement, name="ask_endorsement"),
    path("quality/registers/follow/", views.follow, name="follow"),
    path("quality/registers/<int:number>/read/", views.read_again, name="read_again"),
    path("quality/registers/<int:number>/drop/", views.drop, name="drop"),
    path("register/coverage/", views.coverage, name="coverage"),
    path("register/elsewhere/", views.elsewhere, name="elsewhere"),
    path("register/changes.atom", feeds.Changes(), name="changes"),
    path("register/providers/<slug:slug>/", views.provider, name="provider"),
    path("register/providers/<slug:slug>/public-money/", views.fundable, name="fundable"),
    path("register/courses/<slug:slug>/", views.programme, name="programme"),
    path("register/<slug:number>/", views.decision, name="decision"),
    path("frameworks/", views.frameworks, name="frameworks"),
    path("frameworks/<slug:key>/<slug:version>/", views.framework, name="framework"),
    path("frameworks/<slug:key>/", views.framework, name="framework"),
]

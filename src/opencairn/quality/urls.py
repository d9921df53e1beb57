from django.urls import path

from . import views

app_name = "quality"
PUBLIC = ("register", "decision", "frameworks", "framework")
urlpatterns = [
    path("quality/", views.desk, name="desk"),
    path("quality/apply/<slug:slug>/", views.apply, name="apply"),
    path("quality/reviews/<uuid:review_id>/", views.review, name="review"),
    path("quality/reviews/<uuid:review_id>/findings/<slug:criterion>/", views.finding, name="finding"),
    path("quality/reviews/<uuid:review_id>/decide/", views.decide, name="decide"),
    path("quality/decisions/<slug:number>/sanction/", views.sanction, name="sanction"),
    path("quality/decisions/<slug:number>/lift/", views.lift, name="lift"),
    path("register/", views.register, name="register"),
    path("register/<slug:number>/", views.decision, name="decision"),
    path("frameworks/", views.frameworks, name="frameworks"),
    path("frameworks/<slug:key>/<slug:version>/", views.framework, name="framework"),
    path("frameworks/<slug:key>/", views.framework, name="framework"),
]

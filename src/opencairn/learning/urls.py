from django.urls import path

from . import views

app_name = "learning"
PUBLIC = ()
urlpatterns = [
    path("enrol/<uuid:offering_id>/", views.enrol, name="enrol"),
    path("learning/", views.mine, name="mine"),
    path("learning/<uuid:enrolment_id>/", views.enrolment, name="enrolment"),
    path("learning/<uuid:enrolment_id>/withdraw/", views.withdraw, name="withdraw"),
    path("assess/", views.desk, name="desk"),
    path("assess/dates/<uuid:offering_id>/", views.offering, name="offering"),
    path("assess/<uuid:enrolment_id>/", views.assess, name="assess"),
    path("assess/<uuid:enrolment_id>/award/", views.award, name="award"),
]

from django.urls import path

from . import views

app_name = "credentials"
PUBLIC = (
    "verify", "status_list", "issuer", "snapshot", "known_issuers", "accreditation", "endorsement_document",
)  # fmt: skip
urlpatterns = [
    path("issue/", views.desk, name="desk"),
    path("issue/all/<slug:slug>/", views.issue_all, name="issue_all"),
    path("issue/keys/<slug:slug>/", views.keys, name="keys"),
    path("issue/keys/<slug:slug>/rotate/", views.rotate, name="rotate"),
    path("issue/keys/<str:did>/compromised/", views.compromise, name="compromise"),
    path("issue/validity/<slug:slug>/", views.validity, name="validity"),
    path("issue/<uuid:id>/", views.issue, name="issue"),
    path("issue/<uuid:id>/withdraw/", views.withdraw_award, name="withdraw_award"),
    path("credentials/<uuid:id>/", views.credential, name="credential"),
    path("credentials/<uuid:id>/credential.json", views.document, name="document"),
    path("credentials/<uuid:id>/revoke/", views.revoke, name="revoke"),
    path("credentials/<uuid:id>/correct/", views.correct, name="correct"),
    path("credentials/<uuid:id>/renew/", views.renew, name="renew"),
    path("accept/", views.policies, name="policies"),
    path("accept/new/<slug:slug>/", views.new_policy, name="new_policy"),
    path("accept/<uuid:id>/", views.policy, name="policy"),
    path("accept/<uuid:id>/end/", views.end_policy, name="end_policy"),
    path("verify/", views.verify, name="verify"),
    path("status/<uuid:id>/", views.status_list, name="status_list"),
    path("register/snapshot.json", views.snapshot, name="snapshot"),
    path("register/known-issuers.json", views.known_issuers, name="known_issuers"),
    path("register/<slug:number>/credential.json", views.accreditation, name="accreditation"),
    path("register/endorsements/<uuid:id>/credential.json", views.endorsement_document, name="endorsement_document"),
    path("issuers/<slug:slug>/", views.issuer, name="issuer"),
]

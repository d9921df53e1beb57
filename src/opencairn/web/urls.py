"""All addresses of the site: each room brings its own."""

from django.conf import settings
from django.urls import include, path

from . import api, person_views, sitemap, views

PUBLIC = (
    "home", "field_guide", "about", "accessibility", "privacy", "healthz", "robots", "sitemap", "sitemap_part", "api",
)  # fmt: skip

urlpatterns = [
    path("", views.home, name="home"),
    path("stones/", views.field_guide, name="field_guide"),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("api/", api.about_the_api, name="api"),
    path("api/v1/", api.api.urls),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap/<slug:kind>-<int:number>.xml", sitemap.part, name="sitemap_part"),
    path("me/data/", person_views.my_data, name="my_data"),
    path("me/data/export/", person_views.my_data_export, name="my_data_export"),
    path("me/data/erase/", person_views.my_data_erase, name="my_data_erase"),
    path("", include("opencairn.catalogue.urls")),
    path("", include("opencairn.people.urls")),
    path("", include("opencairn.transparency.urls")),
    path("", include("opencairn.skills.urls")),
    path("", include("opencairn.programmes.urls")),
    path("", include("opencairn.quality.urls")),
    path("", include("opencairn.learning.urls")),
    path("", include("opencairn.credentials.urls")),
    path("", include("opencairn.wallet.urls")),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
if settings.CONFORMANCE:
    urlpatterns.append(path("conformance/", include("opencairn.web.conformance.urls")))

handler400 = "opencairn.web.errors.bad_request"
handler403 = "opencairn.web.errors.forbidden"
handler404 = "opencairn.web.errors.not_found"
handler500 = "opencairn.web.errors.broken"

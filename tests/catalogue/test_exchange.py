"""Descriptions leave the site: as data within the page, as files to download, in the list for search engines."""

import json
import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from opencairn.catalogue import exchange
from opencairn.programmes.exchange import address_of
from opencairn.programmes.formats import FORMATS
from opencairn.programmes.models import Programme
from opencairn.web import sitemap
from tests import make

pytestmark = pytest.mark.django_db
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def lake(cast):
    version = make.version(make.programme(cast.provider), description={"en": "</script><b>&"})
    make.offering(version.programme, place="Tarntal")
    return version.programme


def page(client, slug):
    return client.get(reverse("programmes:programme", args=[slug]))


def test_the_page_carries_its_description_as_data_that_no_text_can_end(client, lake):
    found = DATA.findall(page(client, lake.slug).content.decode())
    assert len(found) == 1
    document = json.loads(found[0])
    assert (document["@context"], document["@type"]) == ("https://schema.org", "Course")
    assert document["url"].endswith(f"/programmes/{lake.slug}/")
    assert document["description"]["@value"] == "</script><b>&"
    assert document["hasCourseInstance"][0]["location"]["name"] == "Tarntal"


def test_a_withdrawn_programme_is_not_offered_to_machines(client, lake):
    Programme.objects.filter(pk=lake.pk).update(withdrawn_at=timezone.now(), withdrawal_reason="Dry.")
    answer = page(client, lake.slug)
    assert answer.status_code == 410
    assert not DATA.search(answer.content.decode())
    assert client.get(reverse("catalogue:download", args=[lake.slug, "csv"])).status_code == 404


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.key)
def test_each_format_is_a_link_on_the_page_and_a_file_behind_it(client, lake, form):
    address = reverse("catalogue:download", args=[lake.slug, form.key])
    assert f'href="{address}"' in page(client, lake.slug).content.decode()
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == form.media_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{lake.slug}{form.suffix}"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.content == b"".join(form.write(exchange.descriptions(timezone.now().date(), slug=lake.slug)))


def test_what_a_format_demands_is_said_in_the_place_of_the_link(client, lake):
    version = lake.current
    version.field_code = ""
    version.save()
    text = page(client, lake.slug).content.decode()
    assert "The European Learning Model demands the field of study." in text
    address = reverse("catalogue:download", args=[lake.slug, "elm"])
    assert address not in text
    assert client.get(address).status_code == 404
    assert client.get(reverse("catalogue:download", args=[lake.slug, "pdf"])).status_code == 404


def test_the_catalogue_is_read_in_batches_and_nothing_is_left_out(cast, monkeypatch):
    monkeypatch.setattr(exchange, "BATCH", 2)
    made = {make.version(make.programme(cast.provider, slug=f"lake-{n}")).programme.slug for n in range(5)}
    urls = [each.url for each in exchange.descriptions(date(2026, 3, 1))]
    assert {url.rstrip("/").rpartition("/")[2] for url in urls} == made
    assert len(urls) == 5


def test_search_engines_find_every_public_page_in_parts(client, cast, lake, monkeypatch):
    monkeypatch.setattr(sitemap, "MOST", 1)
    other = make.version(make.programme(cast.provider, slug="other")).programme
    assert f"Sitemap: http://localhost:8000{reverse('sitemap')}" in client.get("/robots.txt").content.decode()
    parts = re.findall(r"<loc>http://[^/]+(/[^<]+)</loc>", client.get(reverse("sitemap")).content.decode())
    found = "".join(b"".join(client.get(part).streaming_content).decode() for part in parts)
    for each in (lake, other):
        assert found.count(reverse("programmes:programme", args=[each.slug])) == 1
    for name, args in (("catalogue:provider", [cast.provider.slug]), ("programmes:profiles", [])):
        assert found.count(f"{reverse(name, args=args)}</loc>") == 1
    assert "<lastmod>" in found
    for path in re.findall(r"<loc>http://[^/]+(/[^<]*)</loc>", found):
        assert client.get(path).status_code == 200
    assert client.get(reverse("sitemap_part", args=["secrets", 1])).status_code == 404
    assert client.get(reverse("sitemap_part", args=["programmes", 9])).status_code == 404


def test_lists_of_courses_and_pages_of_organisations_carry_their_data_for_search_engines(client, cast, lake):
    lake.provider.website, lake.provider.name = "https://tarntal.example/", "</script> & school"
    lake.provider.save()
    page_of = reverse("people:organisation", args=[lake.provider.slug])
    addresses = ("/find/", reverse("catalogue:provider", args=[lake.provider.slug]), page_of)
    listed, *both = (json.loads(DATA.findall(client.get(each).content.decode())[0]) for each in addresses)
    assert listed["@type"] == "ItemList"
    assert [each["url"] for each in listed["itemListElement"]] == [address_of(lake.slug)]
    assert both[0] == both[1]
    assert (both[0]["@type"], both[0]["name"], both[0]["sameAs"]) == (
        "Organization", "</script> & school", "https://tarntal.example/"
    )  # fmt: skip
    assert both[0]["url"].endswith(page_of)

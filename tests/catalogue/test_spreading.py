"""The map, a provider's page, feeds and frames: open to everyone, and the last two without knowing anyone."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from opencairn.people import actions as people
from opencairn.programmes.models import Outcome, Programme
from opencairn.web.demo.cast import Cast
from tests import make

from .test_search import make_taxonomy, publish

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def skilled(programme: Programme, *names: str) -> Programme:
    skills = [{"uri": f"urn://{name}", "label": name} for name in names]
    Outcome.objects.create(version=programme.current, position=9, text={"en": "Do."}, skills=skills)
    return programme


def test_a_feed_of_any_search_is_atom_newest_first_and_hostile_words_do_no_harm(cast: Cast, client: Client) -> None:
    old, new = publish(cast.provider, "old", "Water <old> & more"), publish(cast.provider, "new", "Water anew")
    Programme.objects.filter(pk=new.pk).update(changed_at=make.AT + timedelta(days=1))
    publish(cast.provider, "other", "Soil")
    page = client.get("/find/feed/", {"q": "water", "level": "6", "sort": "title", "evil": "</feed>"})
    feed = ET.fromstring(page.content)
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    assert [each.text for each in feed.findall("a:entry/a:title", ATOM)] == ["Water anew", "Water <old> & more"]
    assert feed.find("a:entry/a:id", ATOM).text == f"urn:uuid:{new.pk}"  # type: ignore[union-attr]
    assert page["Content-Type"].startswith("application/atom+xml")
    assert old.slug in page.content.decode()


@pytest.mark.parametrize("hostile", ["\x01", "\x1b[2J", "\ufffe", "\u202e", "]]>&<"])
def test_signs_that_a_feed_cannot_carry_are_left_out_of_a_search(cast: Cast, client: Client, hostile: str) -> None:
    publish(cast.provider, "a", "Water")
    page = client.get("/find/feed/", {"q": f"water{hostile}"})
    assert page.status_code == 200
    assert ET.fromstring(page.content).tag == "{http://www.w3.org/2005/Atom}feed"


def test_the_map_of_a_skill_lends_its_heading_to_nobody(cast: Cast, client: Client) -> None:
    publish(cast.provider, "a", "Water")
    for words in ("Win a prize at evil.example", "x" * 5000):
        assert client.get("/find/map/", {"skill": words}).status_code == 404


@pytest.mark.parametrize("path", ["/find/feed/?q=water", "/embed/find/?q=water"])
def test_what_is_shown_elsewhere_knows_nobody_and_may_be_kept(cast: Cast, path: str) -> None:
    publish(cast.provider, "a", "Water")
    client = Client()
    client.force_login(cast.learner, backend="allauth.account.auth_backends.AuthenticationBackend")
    signed, nobody = client.get(path), Client().get(path)
    assert not nobody.cookies
    assert "Cookie" not in signed["Vary"]
    assert signed["Cache-Control"] == "public, max-age=300"
    assert signed.content == nobody.content
    assert cast.learner.name not in signed.content.decode()


def test_a_frame_may_stand_anywhere_speaks_the_language_asked_for_and_no_other_page_may(
    cast: Cast, client: Client
) -> None:
    publish(cast.provider, "a", "Water <b>")
    page = client.get("/embed/find/?q=water&lang=de", headers={"cookie": "django_language=fr"})
    assert "frame-ancestors *" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page
    assert "script" not in page.content.decode()
    assert 'lang="de"' in page.content.decode()
    assert "Water &lt;b&gt;" in page.content.decode()
    assert client.get("/find/")["X-Frame-Options"] == "DENY"
    snippet = client.get("/embed/", {"q": '"><script>'}).content.decode()
    assert "&lt;iframe src=" in snippet
    assert "<script>" not in snippet.split("<main")[1]


def test_the_map_draws_what_is_tied_and_says_it_again_as_a_list(cast: Cast, client: Client) -> None:
    make_taxonomy()
    skilled(
        publish(cast.provider, "middle", "Pumps for villages", stackability={"en": "Into Diploma of water."}), "pumps"
    )
    skilled(publish(cast.provider, "sibling", "Pumps in winter", eqf_level=5, field_code="0715"), "pumps")
    publish(cast.provider, "diploma", "Diploma of Water", eqf_level=7, field_code="0715")
    publish(cast.provider, "near", "Air quality", eqf_level=None)
    publish(cast.provider, "far", "Painting", field_code="0213")
    text = client.get("/find/map/middle/").content.decode()
    listed = text.split('id="listed"')[1]
    for words in ("says that it stacks into this one", "Builds the same skill: pumps", "Same subject"):
        assert words in listed
    assert "Painting" not in text
    assert text.count('class="map-path') == text.count('class="map-place"') == 3
    assert 'role="img" aria-label="Map with 3 courses near Pumps for villages' in text
    back = client.get("/find/map/diploma/").content.decode()
    assert "Says that it stacks into the course in the middle" in back
    assert "Nothing in this catalogue is tied to it" in client.get("/find/map/far/").content.decode()
    assert client.get("/find/map/nothing/").status_code == 404


def test_the_map_of_a_skill_counts_what_is_narrower(cast: Cast, client: Client) -> None:
    make_taxonomy()
    skilled(publish(cast.provider, "a", "Pump repair"), "pumps")
    skilled(publish(cast.provider, "b", "All of water"), "water")
    text = client.get("/find/map/", {"skill": "urn://water"}).content.decode()
    assert "Builds a narrower skill" in text
    assert "Builds this skill" in text
    assert client.get("/find/map/", {"skill": "urn://unknown"}).status_code == 404


def test_a_provider_shows_offers_decisions_and_what_it_left_behind_also_when_it_closed(
    cast: Cast, client: Client
) -> None:
    kept, former = publish(cast.provider, "kept", "Kept course"), publish(cast.provider, "former", "Former course")
    decided = make.decision(kept, cast.quality_body)
    Programme.objects.filter(pk=former.pk).update(withdrawn_at=make.AT)
    make.version(make.programme(cast.provider, "draft"), title={"en": "Secret draft"}, published=False)
    text = client.get(f"/providers/{cast.provider.slug}/").content.decode()
    offers, rest = text.split('id="history"')
    assert "Kept course" in offers
    assert "Former course" not in offers
    assert f"/register/{decided.number}/" in rest
    assert "Former course" in rest
    assert "Secret draft" not in text
    people.close_organisation(cast.provider, at=make.AT)
    closed = client.get(f"/providers/{cast.provider.slug}/").content.decode()
    assert "This provider closed on" in closed
    assert "It offers no course at the moment." in closed
    assert "Kept course" in closed.split('id="former"')[1]
    assert client.get(f"/providers/{cast.quality_body.slug}/").status_code == 404

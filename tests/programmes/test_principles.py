"""The ten principles of the European approach beside what a description states for each."""

from decimal import Decimal

import pytest
from django.urls import reverse

from opencairn.programmes import actions as programmes
from opencairn.programmes import queries, vocabulary
from opencairn.programmes.facts import EVERY
from opencairn.programmes.models import Offering, ProgrammeVersion
from opencairn.programmes.principles import PRINCIPLES
from opencairn.programmes.questions import question
from tests import make

BARE = (
    "description", "summary", "assessment", "certification", "quality_assurance_note", "further_information",
    "prerequisites", "stackability", "price_support", "plain_summary", "inherent_requirements",
)  # fmt: skip


@pytest.fixture
def draft(cast):
    return make.version(make.programme(cast.provider), published=False)


def page(draft, name="principles"):
    return reverse(f"programmes:{name}", args=[draft.programme.slug])


def said(answer):
    """What each principle is answered by: {principle: {label: words}}."""
    return {
        row["principle"].key: {str(each["label"]): [words for _tag, words in each["says"]] for each in row["evidence"]}
        for row in answer.context["rows"]
    }


def test_there_are_ten_and_each_rests_on_facts_and_pages_there_are():
    assert len({one.key for one in PRINCIPLES}) == 10
    asked = [each for one in PRINCIPLES for each in one.evidence]
    assert {name for each in asked for name in each.names} <= EVERY | {"skills", "employers", "verified_body"}
    assert all(each.page in ("", "dates") or question(each.page) for each in asked)


def test_an_author_reads_what_answers_each_principle_and_where_the_rest_is_stated(cast, at, signed_in, draft):
    author = signed_in(cast.author)
    changes = {name: {} for name in BARE} | {"ects": Decimal("2.50"), "hours": None, "quality_assurance": "internal"}
    ProgrammeVersion.objects.filter(pk=draft.pk).update(**changes)
    answer = author.get(page(draft))
    found = said(answer)
    assert found["transparency"]["Workload"] == ["2.5 ECTS credits"]
    assert found["quality"]["Who checks it"] == [vocabulary.label("quality_assurance", "internal")]
    assert found["relevance"]["Evidence of need"] == found["relevance"]["Employers who take part"] == []
    body = answer.content.decode()
    assert f'href="{reverse("programmes:question", args=[draft.programme.slug, "need"])}"' in body
    assert f'href="{reverse("programmes:offerings", args=[draft.programme.slug])}"' in body
    partner = {"role": "employer", "name": "Waterworks of the Tarn"}
    programmes.set_partners(
        draft, partners=[partner, partner | {"role": "funder", "name": "Bank"}], by=cast.author, at=at
    )
    make.offering(draft.programme, price=Decimal(90))
    found = said(author.get(page(draft)))
    assert found["relevance"]["Employers who take part"] == ["Waterworks of the Tarn"]
    assert (found["guidance"]["Dates"], found["guidance"]["Prices"]) == (["1 stated"], ["1 stated"])
    Offering.objects.update(cancelled_at=at)
    assert said(author.get(page(draft)))["guidance"]["Dates"] == []


def test_the_issuer_counts_as_checkable_only_once_somebody_verified_it(cast, signed_in, draft):
    author, name = signed_in(cast.author), "Awarding body whose identity was verified here"
    assert said(author.get(page(draft)))["authentic"][name] == [draft.awarding_body.name]
    type(draft.awarding_body).objects.update(verified_at=None)
    assert said(author.get(page(draft)))["authentic"][name] == []


def test_a_published_version_shows_its_answers_to_everyone_without_links_to_the_desk(cast, at, client, draft):
    address = reverse("programmes:version_principles", args=[draft.programme.slug, draft.number])
    assert client.get(address).status_code == 404
    assert client.get(page(draft)).status_code == 302
    programmes.publish(draft, by=cast.author, at=at)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "/publish/" not in answer.content.decode().partition("<main")[2].partition("</main")[0]
    assert reverse("quality:programme", args=[draft.programme.slug]) in answer.content.decode()


def test_a_stranger_does_not_see_the_answers_of_a_draft(cast, signed_in, draft):
    assert signed_in(cast.learner).get(page(draft)).status_code == 404


def test_skills_are_named_by_what_was_confirmed(cast, signed_in, draft):
    first = queries.outcomes_of(draft)[0]
    first.skills = [{"uri": "http://data.europa.eu/esco/skill/x", "label": "water chemistry"}] * 2
    first.save()
    found = said(signed_in(cast.author).get(page(draft)))
    assert found["relevance"]["Skills that were confirmed for its outcomes"] == ["water chemistry"]

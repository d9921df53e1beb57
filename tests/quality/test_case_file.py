"""The accreditation file: everything of one application in a ZIP file, for those who may see it."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from opencairn.people.models import Person
from opencairn.programmes.models import Outcome
from opencairn.programmes.principles import PRINCIPLES
from opencairn.quality import actions as quality
from opencairn.quality.frameworks import framework
from opencairn.quality.models import Review
from opencairn.web.demo import world
from opencairn.web.demo.cast import Cast
from tests import make

from .test_work import mandated

SignIn = Callable[[Person | None], Client]
LABEL = framework("eduqua-like")


def opened(client: Client, review: Review) -> zipfile.ZipFile:
    answer: Any = client.get(reverse("quality:case_file", args=[review.pk]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="application-{review.pk}.zip"'
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


@pytest.fixture
def label(cast: Cast) -> Review:
    mandated(cast.quality_body, cast.reviewer)
    made = quality.begin_application(
        judged=cast.provider, quality_body=cast.quality_body, framework=LABEL.key, facts=[], by=cast.manager, at=now()
    )
    for criterion in LABEL.criteria:
        for place in range(len(criterion.documents)):
            quality.file_words(made, criterion=criterion.key, document=place, text="Here <b>.", by=None, at=now())
    quality.file_document(
        made, criterion=LABEL.criteria[0].key, document=0, name="our plan.pdf", content=b"%PDF-1.7 plan", by=None,
        at=now(),
    )  # fmt: skip
    quality.state_case(made, statement="We <i>teach.", at=now())
    return made


def test_it_holds_the_case_the_documents_and_once_decided_the_findings(
    cast: Cast, label: Review, signed_in: SignIn
) -> None:
    before = json.loads(opened(signed_in(cast.manager), label).read("application.json"))
    assert (before["sent_at"], before["findings"], before["decision"]) == (None, [], None)
    quality.send_application(label, by=cast.manager, at=now())
    for each in LABEL.questions:
        quality.record_finding(label, criterion=each.key, outcome="met", reasons="Seen.", by=None, at=now())
    assert json.loads(opened(signed_in(cast.manager), label).read("application.json"))["findings"] == []
    day = now().date()
    decided = quality.decide(
        label, verdict="accredited", reasons="Good.", first_on=day, last_on=day + timedelta(days=900),
        by=cast.reviewer, at=now(),
    )  # fmt: skip
    for client in (signed_in(cast.manager), signed_in(cast.reviewer)):
        file = opened(client, label)
        said = json.loads(file.read("application.json"))
        [path] = [one["path"] for one in said["criteria"][0]["documents"][0]["files"]]
        assert sorted(file.namelist()) == sorted(["index.html", "application.json", path])
        assert file.read(path) == b"%PDF-1.7 plan"
        assert (said["statement"], said["decision"]["number"]) == ("We <i>teach.", decided.number)
        assert {one["criterion"] for one in said["findings"]} == {each.key for each in LABEL.questions}
        assert said["principles"] == []
        page = file.read("index.html").decode()
        assert f'<a href="{path.replace(" ", "%20")}">our plan.pdf</a>' in page
        assert "We &lt;i&gt;teach." in page
        assert "<b>" not in page


def test_it_is_for_the_applicant_and_the_quality_body_once_it_was_sent(
    cast: Cast, label: Review, signed_in: SignIn
) -> None:
    where = reverse("quality:case_file", args=[label.pk])
    for person, status in ((cast.reviewer, 403), (cast.learner, 403), (cast.employer_person, 403), (None, 302)):
        assert signed_in(person).get(where).status_code == status
    quality.send_application(label, by=cast.manager, at=now())
    assert opened(signed_in(cast.reviewer), label).testzip() is None
    assert signed_in(cast.learner).get(where).status_code == 403


def test_that_of_a_course_says_what_its_description_states_for_each_of_the_ten_principles(
    cast: Cast, signed_in: SignIn
) -> None:
    world.load(cast, at=make.AT)
    review = Review.objects.filter(version__isnull=False, audit=None, draft=False).first()
    assert review is not None
    assert review.version is not None
    client = signed_in(cast.reviewer)
    file = opened(client, review)
    said = json.loads(file.read("application.json"))
    assert [one["principle"] for one in said["principles"]] == [one.key for one in PRINCIPLES]
    outcomes = said["principles"][1]["evidence"][0]["stated"]["learning_outcomes"]
    assert said["criteria"] == []  # this framework asks for no documents
    assert len(outcomes) == Outcome.objects.filter(version=review.version).count() > 0
    page = file.read("index.html").decode()
    assert said["judged"]["address"].endswith(f"/v/{review.version.number}/")
    assert page.count(said["judged"]["address"]) > 10
    assert (
        reverse("quality:case_file", args=[review.pk])
        in client.get(reverse("quality:review", args=[review.pk])).content.decode()
    )

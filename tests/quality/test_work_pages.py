"""The pages of the work: a label from the dossier to the appeal, through the browser's requests."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import now

from opencairn.people import actions as people
from opencairn.people.models import Person
from opencairn.quality import actions as quality
from opencairn.quality import queries
from opencairn.quality.frameworks import framework
from opencairn.quality.models import (
    Appeal,
    Audit,
    Complaint,
    Condition,
    Decision,
    Exhibit,
    Mandate,
    Review,
    Sanction,
    Scheme,
)
from opencairn.transparency import queries as log
from opencairn.web.demo.cast import Cast
from tests import make

from .test_work import mandated

SignIn = Callable[[Person | None], Client]
LABEL = framework("eduqua-like")


def read(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def post(client: Client, name: str, *args: object, **sent: object) -> object:
    return client.post(reverse(name, args=args), sent)


@pytest.fixture
def draft(cast: Cast, signed_in: SignIn) -> Review:
    mandated(cast.quality_body, cast.reviewer)
    client = signed_in(cast.manager)
    assert LABEL.name["en"] in read(client, "quality:applications")
    sent = {"applicant": cast.provider.slug, "quality_body": cast.quality_body.slug}
    assert client.post(reverse("quality:begin", args=["eduqua-like"]), {}).status_code == 422
    assert client.post(reverse("quality:begin", args=["eduqua-like"]), sent).status_code == 302
    return Review.objects.get()


@pytest.fixture
def label(cast: Cast, draft: Review) -> Decision:
    for criterion in LABEL.criteria:
        for place in range(len(criterion.documents)):
            quality.file_words(draft, criterion=criterion.key, document=place, text="Here.", by=None, at=now())
    quality.state_case(draft, statement="We teach.", at=now())
    quality.send_application(draft, by=cast.manager, at=now())
    for each in LABEL.questions:
        quality.record_finding(draft, criterion=each.key, outcome="met", reasons="Seen.", by=None, at=now())
    day = now().date()
    return quality.decide(
        draft, verdict="accredited", reasons="Good.", first_on=day, last_on=day + timedelta(days=900),
        by=cast.reviewer, at=now(),
    )  # fmt: skip


def test_a_provider_fills_a_dossier_and_sends_it(cast: Cast, draft: Review, signed_in: SignIn) -> None:
    client = signed_in(cast.manager)
    page = read(client, "quality:application", draft.pk)
    assert f"{sum(len(each.documents) for each in LABEL.criteria)} of" in page
    assert post(client, "quality:send", draft.pk).status_code == 422  # type: ignore[attr-defined]
    first = LABEL.criteria[0]
    where = reverse("quality:file_piece", args=[draft.pk, first.key, 0])
    evil = SimpleUploadedFile("plan.pdf", b"MZ\x90\x00\x00", content_type="application/pdf")
    refused = client.post(where, {f"{first.key}-0-file": evil})
    assert refused.status_code == 422
    assert "Only PDF, PNG, JPEG and plain text" in refused.content.decode()
    good = SimpleUploadedFile("our plan.pdf", b"%PDF-1.7 plan", content_type="text/html")
    assert client.post(where, {f"{first.key}-0-file": good, f"{first.key}-0-text": "See page 3."}).status_code == 302
    assert "our plan.pdf" in read(client, "quality:application", draft.pk)
    piece = Exhibit.objects.get(size__gt=0)
    answer = client.get(reverse("quality:exhibit", args=[piece.pk]))
    assert answer.content == b"%PDF-1.7 plan"
    assert answer["Content-Disposition"] == 'attachment; filename="our plan.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert "sandbox" in answer["Content-Security-Policy"]
    for person, status in ((cast.reviewer, 403), (cast.learner, 403), (None, 302)):
        assert signed_in(person).get(reverse("quality:exhibit", args=[piece.pk])).status_code == status
        assert signed_in(person).get(reverse("quality:application", args=[draft.pk])).status_code == status
    post(client, "quality:application", draft.pk, statement="We teach.")
    for criterion in LABEL.criteria:
        for place in range(len(criterion.documents)):
            where = reverse("quality:file_piece", args=[draft.pk, criterion.key, place])
            client.post(where, {f"{criterion.key}-{place}-text": "Here."})
    assert client.get(where.replace("/0/", "/99/")).status_code in {404, 405}
    assert post(client, "quality:send", draft.pk).status_code == 302  # type: ignore[attr-defined]
    assert signed_in(cast.reviewer).get(reverse("quality:exhibit", args=[piece.pk])).status_code == 200
    assert post(client, "quality:take_out", piece.pk).status_code == 409  # type: ignore[attr-defined]
    assert post(client, "quality:take_back", draft.pk).status_code == 302  # type: ignore[attr-defined]


def test_each_document_that_is_missing_links_to_the_field_where_it_is_given(
    cast: Cast, draft: Review, signed_in: SignIn
) -> None:
    client = signed_in(cast.manager)
    there, *missing = [
        (each.key, place) for each in LABEL.criteria if each.mandatory for place in range(len(each.documents))
    ]
    quality.file_words(draft, criterion=there[0], document=there[1], text="Here.", by=None, at=now())
    page = post(client, "quality:send", draft.pk).content.decode()  # type: ignore[attr-defined]
    problems = page[page.index('id="problem"') : page.index("</section>", page.index('id="problem"'))]
    linked = re.findall(r'<a href="#([^"]+)">', problems)
    assert linked == ["id_statement", *(f"id_{key}-{place}-text" for key, place in missing)]
    for each in linked:
        assert len(re.findall(rf'<textarea[^>]* id="{re.escape(each)}"', page)) == 1, each
    assert page.count('<details class="fold" open>') == len(missing)
    assert 'class="fold" open' not in read(client, "quality:application", draft.pk)
    for key, place in missing:
        quality.file_words(draft, criterion=key, document=place, text="Here.", by=None, at=now())
    assert "Your own case is missing." in read(client, "quality:application", draft.pk)
    quality.state_case(draft, statement="We teach.", at=now())
    assert "The dossier is complete." in read(client, "quality:application", draft.pk)


def test_one_button_files_everything_that_was_written_for_the_documents(
    cast: Cast, draft: Review, signed_in: SignIn
) -> None:
    client = signed_in(cast.manager)
    keys = [(each.key, place) for each in LABEL.criteria for place in range(len(each.documents))]
    first, second = keys[:2]
    evil = SimpleUploadedFile("plan.pdf", b"MZ\x90\x00\x00", content_type="application/pdf")
    sent: dict[str, object] = {f"{key}-{place}-text": "Here." for key, place in keys}
    where = reverse("quality:file_piece", args=[draft.pk, *first])
    refused = client.post(where, sent | {f"{second[0]}-{second[1]}-file": evil, f"{first[0]}-{first[1]}-text": ""})
    assert refused.status_code == 422
    assert "Only PDF, PNG, JPEG and plain text" in refused.content.decode()
    assert Exhibit.objects.filter(text="Here.").count() == len(keys) - 1  # nothing else was lost
    assert client.post(where, sent | {f"{first[0]}-{first[1]}-text": "There."}).status_code == 302
    assert sorted(Exhibit.objects.values_list("text", flat=True)) == ["Here."] * (len(keys) - 1) + ["There."]


def test_an_assessor_is_named_states_independence_and_finds(cast: Cast, draft: Review, signed_in: SignIn) -> None:
    Review.objects.filter(pk=draft.pk).update(draft=False)
    client = signed_in(cast.reviewer)
    page = read(client, "quality:review", draft.pk)
    assert "Name an assessor" in page
    assert "Write the finding" not in page
    assert post(client, "quality:assign", draft.pk).status_code == 422  # type: ignore[attr-defined]
    assert post(client, "quality:assign", draft.pk, assessor="x").status_code == 422  # type: ignore[attr-defined]
    assert post(client, "quality:assign", draft.pk, assessor=cast.reviewer.pk).status_code == 302  # type: ignore[attr-defined]
    assert "Your statement is missing" in read(client, "quality:assessing")
    assert "Before you write anything" in read(client, "quality:review", draft.pk)
    assert post(client, "quality:declare", draft.pk, conflict="yes").status_code == 422  # type: ignore[attr-defined]
    assert post(client, "quality:declare", draft.pk, conflict="no").status_code == 302  # type: ignore[attr-defined]
    assert "Write the finding" in read(client, "quality:review", draft.pk)
    assert signed_in(cast.manager).get(reverse("quality:review", args=[draft.pk])).status_code == 403


def test_what_an_applicant_says_of_itself_is_read_by_its_reviewer_and_by_everyone_once_decided(
    cast: Cast, signed_in: SignIn
) -> None:
    under = framework("nzqa-like")
    said, way = under.facts["self-accrediting"]["en"], under.tracks[0].title["en"]
    mandated(cast.quality_body, cast.reviewer)
    sent = {"applicant": cast.provider.slug, "quality_body": cast.quality_body.slug, "facts": ["self-accrediting"]}
    assert signed_in(cast.manager).post(reverse("quality:begin", args=["nzqa-like"]), sent).status_code == 302
    review = Review.objects.get()
    application = read(signed_in(cast.manager), "quality:application", review.pk)
    Review.objects.update(draft=False)
    reviewed = read(signed_in(cast.reviewer), "quality:review", review.pk)
    make.assessor(review, cast.reviewer)
    for each in under.questions:
        quality.record_finding(review, criterion=each.key, outcome="met", reasons="Seen.", by=None, at=now())
    day = now().date()
    made = quality.decide(
        review, verdict="accredited", reasons="Good.", first_on=day, last_on=day, by=cast.reviewer, at=now()
    )
    for page in (application, reviewed, read(signed_in(None), "quality:decision", made.number)):
        assert said in page
        assert way in page
    assert json.loads(log.about("decision", made.number).get().text)["facts"]["track"] == "own-approval"
    line = signed_in(None).get(f"/api/v1/registry/accreditations/{made.number}").json()
    assert line["track"] == "own-approval"


def test_what_comes_after_a_decision_has_its_pages(cast: Cast, label: Decision, signed_in: SignIn) -> None:
    body, provider, anyone = signed_in(cast.reviewer), signed_in(cast.manager), signed_in(None)
    due = (now().date() + timedelta(days=20)).isoformat()
    sent = {"text": "Publish the figures.", "due_on": due, "missed": "suspend"}
    assert post(body, "quality:set_condition", label.number, **sent).status_code == 302  # type: ignore[attr-defined]
    condition = Condition.objects.get()
    assert "Publish the figures." in read(provider, "quality:applications")
    assert provider.get(reverse("quality:condition", args=[condition.pk])).status_code == 403
    assert body.get(reverse("quality:report", args=[condition.pk])).status_code == 403
    assert post(provider, "quality:report", condition.pk, report="Done.").status_code == 302  # type: ignore[attr-defined]
    assert "Done." in read(body, "quality:condition", condition.pk)
    today = now().date().isoformat()
    assert post(body, "quality:condition", condition.pk, act="meet", on="2199-01-01").status_code == 422  # type: ignore[attr-defined]
    assert post(body, "quality:condition", condition.pk, act="meet", on=today).status_code == 302  # type: ignore[attr-defined]
    complaint = {"text": "No teacher came.", "email": "a@example.org"}
    assert "Only" in read(anyone, "quality:complain", label.number)
    assert post(anyone, "quality:complain", label.number, **complaint).status_code == 302  # type: ignore[attr-defined]
    written = Complaint.objects.get()
    assert provider.get(reverse("quality:complaint", args=[written.pk])).status_code == 403
    assert "No teacher came." in read(body, "quality:complaint", written.pk)
    assert post(body, "quality:complaint", written.pk, answer="We looked.").status_code == 422  # type: ignore[attr-defined]
    assert post(body, "quality:complaint", written.pk, answer="We looked.", outcome="upheld").status_code == 302  # type: ignore[attr-defined]
    stop = {"kind": "suspend", "from_on": today, "reasons": "Late."}
    assert post(body, "quality:sanction", label.number, **stop).status_code == 302  # type: ignore[attr-defined]
    watch = {"kind": "warning", "from_on": today, "reasons": "Late."}
    assert post(body, "quality:sanction", label.number, **watch).status_code == 302  # type: ignore[attr-defined]
    against = str(queries.sanctions_of([label])[label.pk][0].pk)
    assert "The suspension from" in read(provider, "quality:answer_decision", label.number)
    appeal = {"act": "appeal", "against": against, "grounds": "It was not."}
    assert post(provider, "quality:answer_decision", label.number, **appeal).status_code == 302  # type: ignore[attr-defined]
    lodged = Appeal.objects.get()
    verdict = {"upheld": "yes", "reasons": "Right."}
    assert post(body, "quality:appeal", lodged.pk, **verdict).status_code == 422  # type: ignore[attr-defined]
    other = people.ensure_person(email="sef@aslq.example", name="Sef", password=None)
    people.ensure_membership(other, cast.quality_body, role="decider", at=make.AT)
    assert "It was not." in read(signed_in(other), "quality:appeal", lodged.pk)
    assert post(signed_in(other), "quality:appeal", lodged.pk, **verdict).status_code == 302  # type: ignore[attr-defined]
    page = read(anyone, "quality:decision", label.number)
    for words in ("Met on", "Upheld on", "Interim audit", "Complain to the quality body", "The provider as a whole"):
        assert words in page, words
    up = {"act": "give-up", "from_on": today, "reasons": "We close."}
    assert post(provider, "quality:answer_decision", label.number, **up).status_code == 302  # type: ignore[attr-defined]


def test_who_begins_again_is_led_to_the_draft(cast: Cast, draft: Review, signed_in: SignIn) -> None:
    client, address = signed_in(cast.manager), reverse("quality:begin", args=["eduqua-like"])
    sent = {"applicant": cast.provider.slug, "quality_body": cast.quality_body.slug}
    again = client.post(address, sent)
    page = unescape(again.content.decode())
    assert (again.status_code, "was begun already, and is not sent yet" in page) == (422, True)
    assert f'<a href="{reverse("quality:application", args=[draft.pk])}">' in page
    assert "Wait for its decision" not in page
    Review.objects.update(draft=False)
    assert "Wait for its decision" in unescape(client.post(address, sent).content.decode())


def test_a_withdrawal_says_who_or_what_ended_it(cast: Cast, label: Decision, signed_in: SignIn) -> None:
    body, today = signed_in(cast.reviewer), now().date().isoformat()
    sent = {"kind": "warning", "from_on": today, "reasons": "It closes.", "cause": "closed"}
    assert post(body, "quality:sanction", label.number, **sent).status_code == 302  # type: ignore[attr-defined]
    assert post(body, "quality:sanction", label.number, **(sent | {"cause": "tired"})).status_code == 422  # type: ignore[attr-defined]
    assert post(body, "quality:sanction", label.number, **(sent | {"kind": "withdraw"})).status_code == 302  # type: ignore[attr-defined]
    assert list(Sanction.objects.values_list("kind", "cause")) == [("warning", ""), ("withdrawal", "closed")]
    said = f"Withdrawn for good on {date_format(now().date())}. The provider or the place closed."
    assert said in read(signed_in(None), "quality:provider", cast.provider.slug)


def test_an_audit_is_planned_begun_and_closed(cast: Cast, label: Decision, signed_in: SignIn) -> None:
    client = signed_in(cast.reviewer)
    audit = Audit.objects.filter(decision=label).first()
    assert audit is not None
    Audit.objects.filter(pk=audit.pk).update(first_on=now().date() - timedelta(days=5))
    assert label.number in read(client, "quality:audits")
    assert post(client, "quality:audit", audit.pk, on="2001-01-01").status_code == 422  # type: ignore[attr-defined]
    assert post(client, "quality:audit", audit.pk, on=now().date().isoformat()).status_code == 302  # type: ignore[attr-defined]
    assert post(client, "quality:audit", audit.pk, act="begin").status_code == 302  # type: ignore[attr-defined]
    review = Review.objects.get(audit=audit)
    assert "Close the audit" in read(client, "quality:review", review.pk)
    close = {"held_on": now().date().isoformat(), "reasons": "All well."}
    assert post(client, "quality:close_audit", review.pk, **close).status_code == 422  # type: ignore[attr-defined]
    for each in LABEL.questions:
        quality.record_finding(review, criterion=each.key, outcome="met", reasons="Seen.", by=None, at=now())
    assert post(client, "quality:close_audit", review.pk, **close).status_code == 302  # type: ignore[attr-defined]
    assert "Held, passed" in read(signed_in(None), "quality:decision", label.number)
    assert "Held, passed" in read(client, "quality:audit", audit.pk)


def test_an_accreditation_of_a_provider_is_narrowed_in_every_way_as_it_is_decided(
    cast: Cast, draft: Review, signed_in: SignIn
) -> None:
    Review.objects.update(draft=False)
    make.assessor(draft, cast.reviewer)
    for each in LABEL.questions:
        quality.record_finding(draft, criterion=each.key, outcome="met", reasons="Seen.", by=None, at=now())
    client, day = signed_in(cast.reviewer), now().date().isoformat()
    page = read(client, "quality:review", draft.pk)
    sent = {
        "levels": ["5", "6"], "field_codes": "05", "credential_types": "MicroCredential", "programmes": "",
        "jurisdictions": "de", "modes": ["online"],
    }  # fmt: skip
    for name in sent:
        assert f'name="{name}"' in page, name
    given = sent | {"verdict": "accredited", "reasons": "Good.", "first_on": day, "last_on": day}
    wrong = client.post(reverse("quality:decide", args=[draft.pk]), given | {"jurisdictions": "de, zz"})
    assert wrong.status_code == 422
    assert wrong.context["decision_form"].errors["jurisdictions"] == ["There is no country with the code ZZ."]
    assert 'value="de, zz"' in wrong.content.decode()
    assert client.post(reverse("quality:decide", args=[draft.pk]), given).status_code == 302
    assert Decision.objects.get().scope == {
        "eqf_levels": [5, 6], "fields": ["05"], "credential_types": ["MicroCredential"], "jurisdictions": ["DE"],
        "modes": ["online"],
    }  # fmt: skip


def test_mandates_and_calls_are_given_by_those_who_may(cast: Cast, draft: Review, signed_in: SignIn) -> None:
    body, operator = signed_in(cast.reviewer), signed_in(cast.operator)
    days = {"first_on": "2026-01-01", "last_on": "2030-12-31"}
    top = days | {"granted_by": "", "authority": "Ministry", "holder": cast.quality_body.slug}
    assert post(body, "quality:mandates", **top).status_code == 422  # type: ignore[attr-defined]
    assert post(operator, "quality:mandates", **top).status_code == 302  # type: ignore[attr-defined]
    own = days | {"granted_by": cast.quality_body.slug, "email": cast.author.email}
    assert post(body, "quality:mandates", **own).status_code == 302  # type: ignore[attr-defined]
    given = Mandate.objects.get(person=cast.author)
    assert "Jonas Adeyemi" in read(body, "quality:mandates")
    end = {"on": now().date().isoformat(), "reasons": "He left."}
    assert operator.get(reverse("quality:end_mandate", args=[given.pk])).status_code == 403
    assert post(body, "quality:end_mandate", given.pk, **end).status_code == 302  # type: ignore[attr-defined]
    assert signed_in(cast.learner).get(reverse("quality:mandates")).status_code == 403
    assert signed_in(cast.learner).get(reverse("quality:calls")).status_code == 403
    call = {"quality_body": cast.quality_body.slug, "framework": "yearly-award", "title": "2026", "theme": "",
            "opens_on": date(2020, 1, 1).isoformat(), "closes_on": "2199-01-01"}  # fmt: skip
    assert post(body, "quality:calls", **call).status_code == 302  # type: ignore[attr-defined]
    assert "2026" in read(body, "quality:calls")


def test_what_was_sent_twice_is_kept_once(cast: Cast, label: Decision, signed_in: SignIn) -> None:
    body, anyone = signed_in(cast.reviewer), signed_in(None)
    due = (now().date() + timedelta(days=20)).isoformat()
    sent = {"text": "Publish the figures.", "due_on": due, "missed": "suspend"}
    assert post(body, "quality:set_condition", label.number, **sent).status_code == 302  # type: ignore[attr-defined]
    again = body.post(reverse("quality:set_condition", args=[label.number]), sent)
    assert (again.status_code, "was set already" in unescape(again.content.decode())) == (422, True)
    quality.meet_condition(Condition.objects.get(), on=now().date(), by=cast.reviewer, at=now())
    assert post(body, "quality:set_condition", label.number, **sent).status_code == 302  # type: ignore[attr-defined]
    complaint = {"text": "No teacher came.", "email": "a@example.org"}
    for _time in range(2):
        assert post(anyone, "quality:complain", label.number, **complaint).status_code == 302  # type: ignore[attr-defined]
    assert len(mail.outbox) == Complaint.objects.count() == 1
    quality.answer_complaint(Complaint.objects.get(), answer="We looked.", outcome="upheld", by=cast.reviewer, at=now())
    assert post(anyone, "quality:complain", label.number, **complaint).status_code == 302  # type: ignore[attr-defined]
    assert Complaint.objects.count() == 2


def test_a_jury_gives_points_and_a_scheme_is_named_on_the_way(cast: Cast, draft: Review, signed_in: SignIn) -> None:
    client = signed_in(cast.manager)
    sent = {"applicant": cast.provider.slug, "quality_body": cast.quality_body.slug, "scheme_name": "Tarn Digital"}
    assert client.post(reverse("quality:begin", args=["skills-certificate-label"]), sent).status_code == 302
    assert Scheme.objects.get().slug == "tarn-digital"
    assert "Tarn Digital" in read(client, "quality:applications")
    assert client.get(reverse("quality:begin", args=["self-declared"])).status_code == 404
    day = now().date()
    quality.open_call(
        cast.quality_body, framework="yearly-award", title="2026", opens_on=day, closes_on=day, by=None, at=now()
    )
    review = quality.begin_application(
        judged=cast.provider, quality_body=cast.quality_body, framework="yearly-award", by=None, at=now()
    )
    Review.objects.filter(pk=review.pk).update(draft=False)
    make.assessor(review, cast.reviewer)
    jury = signed_in(cast.reviewer)
    assert "0 of the jury have finished; 5 have to." in read(jury, "quality:review", review.pk)
    points = {"leadership-outcome": "strong", "leadership-reasons": "They told us."}
    assert jury.post(reverse("quality:score", args=[review.pk, "leadership"]), points).status_code == 302
    assert jury.post(reverse("quality:score", args=[review.pk, "leadership"]), {}).status_code == 422
    assert jury.post(reverse("quality:score", args=[review.pk, "nothing"]), points).status_code == 404
    assert "They told us." in read(jury, "quality:review", review.pk)

"""The lists descriptions are held against: the operator's own, publishing for several, what is shown live; reviews."""

import re
from datetime import date, timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from types import SimpleNamespace

import pytest
from django.urls import reverse

from opencairn.kit.errors import Forbidden
from opencairn.programmes import actions as programmes
from opencairn.programmes import jobs, profiles, queries
from opencairn.programmes.models import Partner, ProgrammeVersion
from tests import make

HOW_TO = Path(__file__).resolve().parents[2] / "docs/how-to/add-a-profile.md"
OURS = {"key": "valley", "name": "The valley’s own list"}


def fenced(text: str) -> str:
    """The file that the how-to prints."""
    block = text.split("```toml\n")[1].split("```", maxsplit=1)[0]
    return "\n".join(line.removeprefix("   ") for line in block.splitlines())


@pytest.fixture
def folder(settings, tmp_path):
    settings.PROFILES_FOLDER = tmp_path
    yield tmp_path
    profiles._of.cache_clear()


@pytest.fixture
def draft(cast, at):
    programme = make.programme(cast.provider)
    version = make.version(programme, published=False)
    make.offering(programme, ends_on=date(2026, 11, 20))
    return version


@pytest.fixture
def author(cast, signed_in):
    return signed_in(cast.author)


def test_an_operators_own_list_is_one_file_and_no_code(folder, author, client, draft):
    (folder / "valley.toml").write_text(fenced(HOW_TO.read_text()))
    page = reverse("programmes:describe", args=[draft.programme.slug])
    assert OURS["name"] in author.get(page).content.decode()
    assert OURS["name"] in client.get("/profiles/").content.decode()
    assert client.get("/profiles/valley.toml").content.decode() == (folder / "valley.toml").read_text()
    refused = author.post(reverse("programmes:publish", args=[draft.programme.slug]), {"also_for": "valley"})
    assert refused.status_code == 409
    assert "140 hours. This list takes at least 8 and at most 60" in refused.content.decode()


@pytest.mark.parametrize("key", profiles.FILES)
def test_every_list_can_be_taken_along_and_read_elsewhere(key, folder, client):
    response = client.get(f"/profiles/{key}.toml")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{key}.toml"'
    (folder / f"their-{key}.toml").write_bytes(response.content)
    profiles._of.cache_clear()  # as a new start would
    assert profiles.profile(f"their-{key}").elements == profiles.profile(key).elements


def test_a_list_that_is_not_in_utf_8_is_refused_by_name(folder):
    (folder / "tarnau.toml").write_bytes(
        fenced(HOW_TO.read_text()).replace("valley", "Täler").encode("latin-1", "replace")
    )
    with pytest.raises(profiles.WrongProfile, match=r"tarnau\.toml: not UTF-8"):
        profiles.on_the_shelf()


@pytest.mark.parametrize("entry", ["a folder", "a dangling link"])
def test_an_entry_that_is_no_file_is_refused_by_name(entry, folder):
    if entry == "a folder":
        (folder / "x.toml").mkdir()
    else:
        (folder / "x.toml").symlink_to(folder / "nowhere")
    with pytest.raises(profiles.WrongProfile, match=r"OPENCAIRN_PROFILES: .*x\.toml cannot be read"):
        profiles.on_the_shelf()


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ('size = { of = "nz", least = 80, most = 60 }', "size: least has to lie below"),
        ('size = { of = "nz", least = 80, below = 80 }', "size: least has to lie below"),
        ('forbidden_words = { en = ["\\u200b"] }', "forbidden_words: .* no letter"),
        ('forbidden_words = { en = ["-"] }', "forbidden_words: .* no letter"),
        ('forbidden_words = { klingon = ["degree"] }', "forbidden_words: klingon is no language"),
        ('forbidden_words = { "Deutsch!" = ["degree"] }', "forbidden_words: Deutsch! is no language"),
    ],
)
def test_a_demand_that_nothing_can_meet_is_refused(instead, said):
    name = instead.partition(" ")[0]
    words, count = re.subn(
        rf"^{name} = .*", lambda _found: instead, fenced(HOW_TO.read_text()), count=1, flags=re.MULTILINE
    )
    assert count == 1
    with pytest.raises(profiles.WrongProfile, match=said):
        profiles.read(words, key="mine")


def test_nobody_is_called_trusted_for_being_named():
    names = {name for each in profiles.profile("unesco").elements for name in each.name.values()}
    assert "Named provider" in names
    assert not {"Trusted provider", "Vertrauenswürdiger Anbieter"} & names


def test_only_lists_can_be_taken_along(client, db):
    assert client.get("/profiles/nothing.toml").status_code == 404
    assert client.get("/profiles/..%2fsettings.toml").status_code == 404


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("australia.toml", "", "australia.toml: a profile of this name comes with OpenCairn"),
        ("My List.toml", "", "My List.toml: name the file in small letters"),
        ("broken.toml", "=", "broken.toml: not TOML"),
    ],
)
def test_a_wrong_file_of_the_operator_says_what_to_do(name, text, said, folder):
    (folder / name).write_text(text)
    with pytest.raises(profiles.WrongProfile) as refusal:
        profiles.on_the_shelf()
    assert str(refusal.value).startswith(said)


def test_an_unknown_list_in_the_settings_names_those_there_are(settings):
    settings.CATALOGUE_PROFILES = ["atlantis"]
    with pytest.raises(profiles.WrongProfile, match="no profile is called 'atlantis'; there are eu-annex-i, unesco"):
        profiles.required()


def test_publishing_is_gated_by_the_lists_it_is_for(cast, at, draft):
    with pytest.raises(programmes.Incomplete) as refusal:
        programmes.publish(draft, by=cast.author, at=at, also_for=["ontario", "ireland"])
    assert {one.profile.key for one in refusal.value.measured} == {"ireland"}
    assert refusal.value.details[0].startswith("Ireland, MicroCreds.ie: Level") or "NFQ" in str(refusal.value.details)
    with pytest.raises(programmes.UnknownProfile):
        programmes.publish(draft, by=cast.author, at=at, also_for=["atlantis"])
    programmes.publish(draft, by=cast.author, at=at, also_for=["ontario"])
    draft.refresh_from_db()
    assert draft.published_in == ["eu-annex-i", "ontario"]
    assert draft.published_as == "micro-credential"


def test_a_catalogue_may_ask_another_list_but_the_word_stays_european(settings, cast, at, draft):
    settings.CATALOGUE_PROFILES = ["ontario"]
    ProgrammeVersion.objects.update(quality_assurance="")
    draft.refresh_from_db()
    programmes.publish(draft, by=cast.author, at=at)
    draft.refresh_from_db()
    assert (draft.published_in, draft.published_as) == (["ontario"], "listing")


def test_a_provider_without_outside_quality_assurance_states_its_own_first(author, cast, at, draft):
    ProgrammeVersion.objects.update(
        quality_assurance="internal", inherent_requirements={"en": "None."}, certification={"en": "A certificate."},
        stackability={"en": "The B.Eng."},
    )  # fmt: skip
    slug = draft.programme.slug
    publish, page = (reverse(f"programmes:{name}", args=[slug]) for name in ("publish", "assurance"))
    refused = author.post(publish, {"also_for": "australia"}).content.decode()
    assert f'<a href="{page}">Statement of assurance is missing.' in refused
    half = author.post(page, {"provider_profile_en": "A school."})
    assert half.status_code == 422
    assert "Answer all three" in half.content.decode()
    said = {f"{name}_en": f"About {name}." for name in ("provider_profile", "quality_process", "review_process")}
    assert author.post(page, said).status_code == 302
    assert author.post(publish, {"also_for": "australia"}).status_code == 302
    public = author.get(reverse("programmes:programme", args=[slug])).content.decode()
    assert "About review_process." in public
    assert '<a href="/profiles/#australia">' in public


def test_the_lists_follow_what_is_typed_and_nothing_is_kept(author, signed_in, cast, draft):
    slug = draft.programme.slug
    measure = reverse("programmes:measure", args=[slug])
    before = ProgrammeVersion.objects.values().get()
    typed = author.post(f"{measure}?question=title", {"title_en": "A degree in water"}).content.decode()
    assert "This list does not take a title with the word “degree”" in typed
    assert "<html" not in typed
    for page in ("describe", "question"):
        shown = author.get(reverse(f"programmes:{page}", args=[slug, "title"][: 1 + (page == "question")]))
        parts = re.search('hx-select-oob="([^"]+)"', shown.content.decode())[1].split(",")
        assert all(f'id="{part.removeprefix("#")}"' in typed for part in parts)
    typed = author.post(f"{measure}?question=outcomes", {
        "outcome-TOTAL_FORMS": "0", "outcome-INITIAL_FORMS": "0"
    }).content.decode()  # fmt: skip
    assert ">Learning outcomes</a>" in typed
    assert ">Learning outcomes</a>" not in author.post(measure, {}).content.decode()
    assert ProgrammeVersion.objects.values().get() == before
    assert len(queries.outcomes_of(draft)) == 3
    assert author.post(measure, {}).status_code == 200
    assert author.post(f"{measure}?question=moon", {"title_en": "\x00" * 9}).status_code == 200
    assert signed_in(cast.learner).post(measure, {}).status_code == 404


PARTNERS = [
    {"role": "designer", "name": "Tarn Waterworks", "url": "https://tarn.example/"},
    {"role": "awarding-body", "name": "hochschule tarntal"},
]


def test_partners_are_kept_shown_and_copied_but_the_sign_off_is_not(cast, at, draft, client):
    programmes.set_partners(draft, partners=PARTNERS, by=cast.author, at=at)
    own = Partner.objects.get(position=2)
    assert (own.organisation, own.name) == (cast.provider, "")
    programmes.describe(
        draft, by=cast.author, at=at,
        changes={
            "signed_off_by": "Senate committee", "signed_off_on": "2026-02-01", "review_due_on": "2026-03-01",
            "weeks": "10", "plain_summary": {"en": "You look at water."},
            "vendor_standards": [{"name": "CPR", "owner": "Sonde AG", "url": ""}],
            "need": [{"source": "Survey", "date": "2026-01-15", "sector": "Water", "url": "", "note": ""}],
        },
    )  # fmt: skip
    programmes.publish(draft, by=cast.author, at=at)
    text = client.get(reverse("programmes:programme", args=[draft.programme.slug])).content.decode()
    for words in ("Designed with", "https://tarn.example/", "Senate committee on 1 February 2026", "Over 10 weeks",
                  "You look at water.", "CPR, Sonde AG", "Survey", "15 January 2026"):  # fmt: skip
        assert words in text
    again = programmes.draft_next_version(draft.programme, by=cast.author, at=at)
    assert [(one.role, one.organisation) for one in queries.partners_of(again)] == [
        ("designer", None), ("awarding-body", cast.provider),
    ]  # fmt: skip
    assert (again.need, again.weeks, again.plain_summary) == (draft.need, 10, draft.plain_summary)
    assert (again.signed_off_by, again.signed_off_on, again.review_due_on) == ("", None, None)


def test_new_zealand_asks_who_designed_it_and_a_funder_is_no_answer(author, cast, at, draft):
    def missing():
        measured = queries.completeness_of(draft)
        return {gap.element.key for one in measured if one.profile.key == "nzqa" for gap in one.gaps}

    row = {"role": "funder", "name": "Waterworks"}
    programmes.set_partners(draft, partners=[row], by=cast.author, at=at)
    assert "developer" in missing()
    data = {"partner-TOTAL_FORMS": "1", "partner-INITIAL_FORMS": "0"}
    data |= {"partner-0-name": "Waterworks", "partner-0-role": "designer"}
    measure = reverse("programmes:measure", args=[draft.programme.slug])
    body = author.post(f"{measure}?question=partners", data).content.decode()
    assert ">Developer</a>" not in body
    assert ">Developer</a>" in author.post(f"{measure}?question=title", {"title_en": "Water"}).content.decode()
    programmes.set_partners(draft, partners=[row | {"role": "designer"}], by=cast.author, at=at)
    assert "developer" not in missing()


def test_nobody_names_another_provider_of_this_site_as_an_awarding_body(author, cast, at, draft):
    stranger = make.Organisation.objects.create(
        slug="stranger", name="Université Étrangère", is_provider=True, registered_at=at
    )
    row = {"role": "awarding-body", "name": "UNIVERSITE étrangère"}
    with pytest.raises(Forbidden):
        programmes.set_partners(draft, partners=[row], by=cast.author, at=at)
    data = {"partner-TOTAL_FORMS": "1", "partner-INITIAL_FORMS": "0"} | {f"partner-0-{k}": v for k, v in row.items()}
    page = reverse("programmes:question", args=[draft.programme.slug, "partners"])
    refused = author.post(page, data)
    assert refused.status_code == 422
    assert "You cannot name Université Étrangère as an awarding body" in refused.content.decode()
    assert not Partner.objects.exists()
    programmes.set_partners(draft, partners=[row | {"role": "funder"}], by=cast.author, at=at)
    assert Partner.objects.get().organisation == stranger


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weeks": "0"}, "weeks from 1 to 156"),
        ({"weeks": "ten"}, "weeks from 1 to 156"),
        ({"review_due_on": "soon"}, "Enter a date"),
        ({"review_due_on": "1066-10-14"}, "too far away"),
        ({"need": "none"}, "not a list of rows"),
        ({"need": [{"source": "A", "sector": "B"}]}, "Fill all three"),
        ({"need": [{"source": "A", "sector": "B", "date": "2026-01-01", "url": "javascript:1"}]}, "starts with https"),
        ({"need": [{"source": "A\x00", "sector": "B", "date": "2026-01-01"}]}, "control character"),
        ({"need": [{"source": "A" * 301, "sector": "B", "date": "2026-01-01"}]}, "too long"),
        ({"vendor_standards": [{"owner": "A"}]}, "has no name"),
        ({"vendor_standards": [{"name": "A"}] * 31}, "too many rows"),
        ({"published_in": ["nzqa"]}, "no field called"),
    ],
)
def test_what_cannot_stand_in_the_new_facts_is_refused(changes, said, cast, at, draft):
    with pytest.raises(programmes.NotUsable) as refusal:
        programmes.describe(draft, changes=changes, by=cast.author, at=at)
    assert said in refusal.value.message


@pytest.mark.parametrize(
    "row", [{"role": "king", "name": "A"}, {"role": "funder", "name": " "}, {"role": ["funder"], "name": "A"}, {}]
)
def test_a_partner_has_a_name_and_a_part(row, cast, at, draft):
    with pytest.raises(programmes.NotUsable):
        programmes.set_partners(draft, partners=[row], by=cast.author, at=at)


@pytest.fixture
def overdue(cast, at):
    programme = make.programme(cast.provider, "late")
    return make.version(programme, review_due_on=at.date() - timedelta(days=1))


def test_an_overdue_review_is_shown_to_everyone_and_listed_at_the_desk(overdue, author, client, cast):
    make.version(make.programme(cast.provider, "fine"), review_due_on=overdue.review_due_on + timedelta(days=900))
    ProgrammeVersion.objects.filter(pk=overdue.pk).update(title={"en": "Late course"}, review_due_on="2020-01-31")
    assert "said it would look at it again by 31 January 2020" in client.get("/programmes/late/").content.decode()
    desk = author.get("/publish/").content.decode()
    assert "1 course should have been reviewed by now" in desk
    assert "Review overdue since 31 January 2020" in desk
    listed = author.get("/publish/?show=overdue").content.decode()
    assert "Late course" in listed
    assert "/publish/fine/" not in listed


def test_authors_are_reminded_once_each_in_one_mail(overdue, cast, at, mailoutbox):
    cast.author.language = "de"
    cast.author.save()
    assert jobs.remind_of_reviews(at=at) == 1
    assert {mail.to[0] for mail in mailoutbox} == {cast.author.email, cast.manager.email}
    assert all("/publish/?show=overdue" in mail.body for mail in mailoutbox)
    assert jobs.remind_of_reviews(at=at) == 0
    assert not programmes.mark_reminded(overdue, at=at)
    assert len(mailoutbox) == 2


def test_an_address_that_takes_no_mail_does_not_keep_the_others_waiting(overdue, cast, at, monkeypatch):
    reached = []

    def refuse(_subject, _body, _sender, to):
        reached.extend(to)
        raise SMTPRecipientsRefused({})

    monkeypatch.setattr(jobs, "send_mail", refuse)
    assert jobs.remind_of_reviews(at=at) == 1
    assert len(reached) == 2


def test_a_run_longer_than_stated_counts(draft):
    make.offering(draft.programme, ends_on=None)
    assert queries.facts_of(draft)["run_weeks"] == 10
    make.offering(draft.programme)
    facts = queries.facts_of(draft)
    assert facts["run_weeks"] == 12  # 14 September to 4 December
    assert SimpleNamespace(**facts).partners == []

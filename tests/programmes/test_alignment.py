"""Skills of an outcome: suggested at the desk, confirmed by a person, carried by the draft, frozen with the version."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from opencairn.people.models import Organisation, Person
from opencairn.programmes import actions as programmes
from opencairn.programmes import queries
from opencairn.programmes.models import Outcome, ProgrammeVersion
from opencairn.skills import actions as skills
from opencairn.skills.models import Alignment, Taxonomy
from opencairn.skills.taxonomies import digcomp, esco, onet, open_source
from opencairn.web.demo.cast import Cast
from tests import make
from tests.skills import archive
from tests.skills.archive import SKILL

SignIn = Callable[[Person | None], Client]
PROBE, PYTHON, WASTE = SKILL + "probe", SKILL + "python", SKILL + "waste"


@pytest.fixture(autouse=True)
def _indexes_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"


@pytest.fixture
def taxonomy(db: None, tmp_path: Path, at: datetime) -> Taxonomy:
    path = archive.zipped(tmp_path / "esco.zip", archive.files("en", "de"))
    rows = esco.read(open_source(path), "1.2.0")
    return skills.import_taxonomy(esco, rows, version="1.2.0", source="esco.zip", at=at)


@pytest.fixture
def draft(cast: Cast) -> ProgrammeVersion:
    return make.version(
        make.programme(cast.provider),
        published=False,
        outcomes=["Calibrate probes in the field.", "Program in Python."],
    )


def desk(draft: ProgrammeVersion) -> str:
    return reverse("programmes:question", args=[draft.programme.slug, "outcomes"])


def say(client: Client, draft: ProgrammeVersion, position: object, **verdict: str) -> Any:
    address = reverse("programmes:align", args=[draft.programme.slug])
    return client.post(address, {"outcome": position, **verdict})


def skills_of(version: ProgrammeVersion) -> list[list[str]]:
    return [[skill["uri"] for skill in one.skills] for one in queries.outcomes_of(version)]


def written(*rows: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"text": {"en": text}, "skills": [{"uri": uri, "label": "x"}] if uri else []} for text, uri in rows]


@pytest.fixture
def onet_and_digcomp(taxonomy: Taxonomy, tmp_path: Path, at: datetime) -> str:
    """Two more taxonomies in use, and the address of the one skill of O*NET; DigComp shares Python with ESCO."""
    model = "Element ID\tElement Name\tDescription\n2.A\tBasic Skills\tAll\n2.A.1\tCalibrating Probes\tOf sensors\n"
    path = archive.zipped(tmp_path / "db_29_2_text.zip", {"Content Model Reference.txt": model.encode()})
    skills.import_taxonomy(onet, onet.read(open_source(path), "29.2"), version="29.2", source="db.zip", at=at)
    rows = [{"conceptUri": PYTHON, "preferredLabel": "Python programming", "status": "released"}]
    table = {"digCompSkillsCollection_en.csv": archive.table(archive.COLLECTION_COLUMNS, rows)}
    path = archive.zipped(tmp_path / "digcomp.zip", table)
    skills.import_taxonomy(digcomp, digcomp.read(open_source(path), "1"), version="1", source="digcomp.zip", at=at)
    return onet.ADDRESS + "2.A.1"


def test_suggestions_come_from_every_taxonomy_and_say_which_or_from_the_one_that_is_chosen(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, onet_and_digcomp: str
) -> None:
    author = signed_in(cast.author)
    rows = author.get(desk(draft)).context["skills"]["outcomes"]
    found = [{one["uri"]: one["taxonomy"] for one in row["suggested"]} for row in rows]
    assert found[0] == {PROBE: "ESCO", onet_and_digcomp: "O*NET"}
    assert found[1][PYTHON] == "ESCO"  # once, although it stands in DigComp too
    body = author.get(desk(draft) + "?taxonomy=onet").content.decode()
    assert '<option value="onet" selected>O*NET 29.2</option>' in body
    assert f'value="{onet_and_digcomp}"' in body
    assert f'value="{PROBE}"' not in body
    only = author.get(desk(draft) + "?taxonomy=digcomp").context["skills"]["outcomes"]
    assert [[one["taxonomy"] for one in row["suggested"]] for row in only] == [[], ["DigComp (in ESCO)"]]
    assert f'value="{PROBE}"' in author.get(desk(draft) + "?taxonomy=nothing").content.decode()


def test_a_skill_of_another_taxonomy_is_confirmed_as_suggested_and_the_choice_stays(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, onet_and_digcomp: str
) -> None:
    answer = say(signed_in(cast.author), draft, 1, fits=onet_and_digcomp, taxonomy="onet")
    assert answer.headers["Location"].endswith("/outcomes/?taxonomy=onet#skills-1")
    row = Alignment.objects.get()
    assert (row.taxonomy, row.method != "person", row.score is not None) == ("onet", True, True)
    [stored] = queries.outcomes_of(draft)[0].skills
    assert stored == {"uri": onet_and_digcomp, "label": "Calibrating Probes", "framework": "O*NET"}


def test_a_known_address_keeps_a_name_it_has_and_an_unknown_one_is_said_to_be(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy, at: datetime
) -> None:
    named = [(PROBE, "Brain surgery"), (PYTHON, "python 3"), (SKILL + "nowhere", "nope")]
    outcome = {"text": {"de": "Sonden."}, "skills": [{"uri": uri, "label": label} for uri, label in named]}
    programmes.set_outcomes(draft, outcomes=[outcome], by=cast.author, at=at)
    stored = [skill["label"] for skill in queries.outcomes_of(draft)[0].skills]
    assert stored == ["Feldsonden kalibrieren", "python 3", "nope"]
    body = signed_in(cast.author).get(desk(draft)).content.decode()
    assert body.count("No list of skills on this site has this address") == 1


def typed(version: ProgrammeVersion, *lines: str) -> dict[str, str]:
    outcomes = list(queries.outcomes_of(version))
    data = {"outcome-TOTAL_FORMS": str(len(outcomes)), "outcome-INITIAL_FORMS": str(len(outcomes))}
    for n, one in enumerate(outcomes):
        skills = "\n".join(lines) if n == 0 else ""
        data |= {
            f"outcome-{n}-text_en": one.text["en"],
            f"outcome-{n}-skills": skills,
            f"outcome-{n}-ORDER": str(n + 1),
        }
    return data


@pytest.mark.parametrize("address", [SKILL + "nowhere", SKILL.replace("http:", "https:") + "probe"])
def test_an_address_that_its_own_taxonomy_does_not_have_is_refused_where_it_is_typed(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy, address: str
) -> None:
    lines = typed(draft, f"{PROBE} calibrate field probes", f"{address} nope")
    page = signed_in(cast.author).post(desk(draft), lines)
    body = page.content.decode()
    assert page.status_code == 422
    assert "Line 2: ESCO 1.2.0 has no skill with this address." in body
    assert f"{address} nope" in body
    assert skills_of(draft) == [[], []]


def test_other_addresses_that_are_not_known_here_stay_allowed(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, tmp_path: Path, at: datetime
) -> None:
    author = signed_in(cast.author)
    assert author.post(desk(draft), typed(draft, SKILL + "nowhere")).status_code == 302
    rows = list(esco.read(open_source(archive.zipped(tmp_path / "e.zip", archive.files("en"))), "1.2.0"))
    skills.import_taxonomy(esco, rows, version=skills.DEMO, source="the demo", at=at)
    assert author.post(desk(draft), typed(draft, SKILL + "nowhere", SKILL + "elsewhere")).status_code == 302
    skills.import_taxonomy(esco, rows, version="1.2.0", source="e.zip", at=at)
    kept = [SKILL + "nowhere", SKILL + "elsewhere", "https://skills.example/one", PROBE]
    assert author.post(desk(draft), typed(draft, *kept)).status_code == 302
    assert skills_of(draft) == [kept, []]
    assert author.get(desk(draft)).content.decode().count("No list of skills on this site has this address") == 3


def test_a_list_that_shares_its_addresses_claims_none_of_them(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, tmp_path: Path, at: datetime
) -> None:
    rows = [{"conceptUri": PYTHON, "preferredLabel": "Python programming", "status": "released"}]
    table = {"digCompSkillsCollection_en.csv": archive.table(archive.COLLECTION_COLUMNS, rows)}
    path = archive.zipped(tmp_path / "digcomp.zip", table)
    skills.import_taxonomy(digcomp, digcomp.read(open_source(path), "1"), version="1", source="e.zip", at=at)
    assert signed_in(cast.author).post(desk(draft), typed(draft, SKILL + "nowhere")).status_code == 302


def test_the_choice_of_a_taxonomy_is_offered_where_there_are_several(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy
) -> None:
    assert 'name="taxonomy"' not in signed_in(cast.author).get(desk(draft)).content.decode()


def test_without_a_taxonomy_nothing_is_suggested(cast: Cast, signed_in: SignIn, draft: ProgrammeVersion) -> None:
    assert "Skills the outcomes build" not in signed_in(cast.author).get(desk(draft)).content.decode()


def test_an_author_confirms_one_suggestion_and_rejects_another(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy
) -> None:
    author = signed_in(cast.author)
    body = author.get(desk(draft)).content.decode()
    assert f'name="fits" value="{PROBE}"' in body
    assert "This service uses the ESCO classification" in body
    answer = say(author, draft, 1, fits=PROBE)
    assert answer.headers["Location"].endswith("/outcomes/#skills-1")
    say(author, draft, 2, fits_not=PYTHON)
    assert skills_of(draft) == [[PROBE], []]
    assert set(Alignment.objects.values_list("uri", "status")) == {(PROBE, "confirmed"), (PYTHON, "rejected")}
    body = author.get(desk(draft)).content.decode()
    assert f'name="fits" value="{PYTHON}"' not in body
    assert f'name="fits_not" value="{PROBE}"' in body
    say(author, draft, 1, fits_not=PROBE)
    assert skills_of(draft) == [[], []]


def test_the_label_is_the_taxonomys_and_the_reader_sees_it_in_their_language(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy
) -> None:
    author = signed_in(cast.author)
    say(author, draft, 1, fits=PROBE)
    [stored] = queries.outcomes_of(draft)[0].skills
    assert stored == {"uri": PROBE, "label": "calibrate field probes", "framework": "ESCO"}
    assert "Feldsonden kalibrieren" in author.get(desk(draft), headers={"accept-language": "de"}).content.decode()


def test_shares_of_digital_and_green_skills_come_from_confirmed_ones(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy
) -> None:
    author = signed_in(cast.author)
    assert queries.skill_shares(draft) == {"digital": None, "green": None}
    say(author, draft, 2, fits=PYTHON)
    assert {name: float(share) for name, share in queries.skill_shares(draft).items()} == {"digital": 0.5, "green": 0.0}
    assert "build a digital skill: 50%; a green skill: 0%." in author.get(desk(draft)).content.decode()


def test_only_who_describes_the_course_decides_and_only_in_a_draft(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy, at: datetime
) -> None:
    assert say(signed_in(cast.reviewer), draft, 1, fits=PROBE).status_code == 404
    author = signed_in(cast.author)
    for position in ("0", "9", "x", "", "²", "9" * 30):
        assert say(author, draft, position, fits=PROBE).status_code == 404
    assert say(author, draft, 1, fits=SKILL + "unheard-of").status_code == 422
    assert say(author, draft, 1).status_code == 422
    programmes.publish(draft, by=cast.author, at=at)
    assert say(author, draft, 1, fits=PROBE).status_code == 404
    with pytest.raises(programmes.Frozen):
        programmes.align_skill(draft, position=1, uri=PROBE, fits=True, by=cast.author, at=at)
    assert not Alignment.objects.exists()


def test_what_an_author_writes_by_hand_is_their_decision(
    cast: Cast, draft: ProgrammeVersion, taxonomy: Taxonomy, at: datetime
) -> None:
    foreign = "https://skills.example/one"
    given = written(("Calibrate probes in the field.", PROBE), ("Sort it.", foreign))
    programmes.set_outcomes(draft, outcomes=given, by=cast.author, at=at)
    row = Alignment.objects.get()  # nothing is recorded about the skill of a taxonomy that is not here
    assert (row.uri, row.status, row.decided_by, row.method) == (PROBE, "confirmed", cast.author, "person")
    programmes.set_outcomes(draft, outcomes=written(("Calibrate probes in the field.", "")), by=cast.manager, at=at)
    row.refresh_from_db()
    assert (row.status, row.decided_by) == ("rejected", cast.manager)


def test_decisions_follow_the_words_of_an_outcome_into_another_place_and_the_next_version(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy, at: datetime
) -> None:
    say(signed_in(cast.author), draft, 1, fits=PROBE)
    swapped = [{"text": one.text, "skills": one.skills} for one in reversed(queries.outcomes_of(draft))]
    programmes.set_outcomes(draft, outcomes=swapped, by=cast.author, at=at)
    assert skills_of(draft) == [[], [PROBE]]
    german = [dict(one) for one in swapped]
    german[1]["text"] = {"en": german[1]["text"]["en"], "de": "Sonden im Feld kalibrieren."}
    programmes.set_outcomes(draft, outcomes=german, by=cast.author, at=at)
    programmes.publish(draft, by=cast.author, at=at)
    following = programmes.draft_next_version(draft.programme, by=cast.author, at=at)
    assert skills_of(following) == [[], [PROBE]]
    assert Alignment.objects.count() == 1


def test_a_skill_taken_back_in_a_review_leaves_drafts_and_stays_in_what_was_published(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy, at: datetime
) -> None:
    say(signed_in(cast.author), draft, 1, fits=PROBE)
    programmes.publish(draft, by=cast.author, at=at)
    open_draft = programmes.draft_next_version(draft.programme, by=cast.author, at=at)
    skills.review(Alignment.objects.get(), keep=False, by=cast.author, at=at)
    programmes.publish(open_draft, by=cast.author, at=at)
    assert skills_of(open_draft) == [[], []]
    assert skills_of(draft) == [[PROBE], []]


def test_one_providers_decision_says_nothing_about_anothers_outcome(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy
) -> None:
    say(signed_in(cast.author), draft, 1, fits=PROBE)
    other = make.version(
        make.programme(cast.provider, slug="other"), published=False, outcomes=["Calibrate probes in the field."]
    )
    assert queries.skill_shares(other) == {"digital": None, "green": None}
    assert Outcome.objects.get(version=other).skills == []


def test_a_national_level_is_shown_beside_the_european_one(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion
) -> None:
    page = reverse("programmes:question", args=[draft.programme.slug, "level"])
    author = signed_in(cast.author)
    body = author.get(page).content.decode()
    assert "DQR 6 stands at EQF 6 (German EQF Referencing Report, 2013)." in body
    assert "You stated" not in body
    ProgrammeVersion.objects.filter(pk=draft.pk).update(eqf_level=5, national_level=" nfq 8")
    assert "NFQ 8 stands at EQF 6" in (body := author.get(page).content.decode())
    assert "You stated EQF 5." in body
    ProgrammeVersion.objects.filter(pk=draft.pk).update(national_level="QNQ 5")
    shared = ("#pt-qnq", "#it-qnq")
    assert [each in author.get(page).content.decode() for each in shared] == [True, True]
    Organisation.objects.filter(pk=cast.provider.pk).update(country="PT")
    assert [each in author.get(page).content.decode() for each in shared] == [True, False]
    ProgrammeVersion.objects.filter(pk=draft.pk).update(national_level="AQF 3")
    assert "We know no EQF level of AQF 3." in author.get(page).content.decode()
    ProgrammeVersion.objects.filter(pk=draft.pk).update(national_level="dqr 9; DQR 6")
    body = author.get(page).content.decode()
    assert "DQR has no level called “DQR 9”." in body
    assert "DQR 6 stands at EQF 6" in body
    ProgrammeVersion.objects.filter(pk=draft.pk).update(national_level="something else")
    assert "Beside the European framework" not in author.get(page).content.decode()


def test_the_offer_of_a_provider_counts_confirmed_skills_of_courses_in_force_alone(
    cast: Cast, signed_in: SignIn, draft: ProgrammeVersion, taxonomy: Taxonomy, at: datetime
) -> None:
    author, page = signed_in(cast.author), reverse("catalogue:provider", args=[cast.provider.slug])
    say(author, draft, 2, fits=PYTHON)
    say(author, draft, 1, fits=PROBE)
    say(author, draft, 1, fits_not=PROBE)
    make.version(make.programme(cast.provider, slug="plain"), outcomes=["Sort waste."])
    assert queries.offer_built(cast.provider) == {"courses": 1, "aligned": 0, "digital": 0, "green": 0}  # still a draft
    programmes.publish(draft, by=cast.author, at=at)
    assert queries.offer_built(cast.provider) == {"courses": 2, "aligned": 1, "digital": 1, "green": 0}
    assert queries.offer_built(cast.quality_body) == {"courses": 0, "aligned": 0, "digital": 0, "green": 0}
    assert queries.offer_built() == queries.offer_built(cast.provider)
    body = author.get(page).content.decode()
    assert "50%: 1 of 2 courses" in body
    assert "1 of 2 courses has a skill that a person confirmed" in body
    assert "Only its authors see this" not in signed_in(None).get(page).content.decode()
    told = author.get(f"/api/v1/providers/{cast.provider.slug}").json()
    assert told["skills_built"] == {"courses": 2, "aligned": 1, "digital": 1, "green": 0}
    following = programmes.draft_next_version(draft.programme, by=cast.author, at=at)
    programmes.set_outcomes(following, outcomes=written(("Sort it all.", "")), by=cast.author, at=at)
    programmes.publish(following, by=cast.author, at=at)
    assert queries.offer_built(cast.provider)["aligned"] == 0  # the outcome is gone, and with it what was confirmed

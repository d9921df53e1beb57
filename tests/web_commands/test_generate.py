"""Invented programmes: the same from the same seed, spread as real ones, and never beside a real site."""

import argparse
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F

from opencairn.kit.errors import Refused
from opencairn.learning.models import Award
from opencairn.people.models import Organisation
from opencairn.programmes.models import Offering, Outcome, Programme, ProgrammeVersion
from opencairn.quality.queries import accredited_programmes
from opencairn.skills.models import Skill, Taxonomy
from opencairn.web.commands import generate as command
from opencairn.web.demo import synthetic
from tests import make

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[object, ...]]:
    facts = ("slug", "provider__name", "current__title", "current__description", "current__ects", "changed_at")
    return list(Programme.objects.order_by("slug").values_list("pk", *facts))


def clear() -> None:
    from opencairn.quality.models import Decision

    Decision.objects.all().delete()
    Programme.objects.update(current=None)
    Programme.objects.all().delete()
    Organisation.objects.all().delete()


def test_the_same_seed_and_day_give_the_same_rows_and_another_seed_others() -> None:
    synthetic.generate(offerings=50, seed=3, at=make.AT)
    first = rows()
    clear()
    synthetic.generate(offerings=50, seed=3, at=make.AT)
    assert rows() == first
    clear()
    synthetic.generate(offerings=50, seed=4, at=make.AT)
    assert rows() != first


def test_skills_that_a_taxonomy_of_the_site_knows_carry_its_addresses() -> None:
    for key, name in (("esco", "ESCO"), ("onet", "O*NET"), ("old", "Old")):
        now = None if key == "old" else make.AT
        of = Taxonomy.objects.create(
            key=key, version="1", name=name, imported_at=make.AT, added_to_at=make.AT, current_since=now
        )
        labels = {"esco": ("statistics",), "onet": ("statistics", "ethics"), "old": ("data models",)}[key]
        Skill.objects.bulk_create(
            Skill(taxonomy=of, uri=f"https://{key}.example/{label}", labels={"en": label}) for label in labels
        )
    synthetic.generate(offerings=400, seed=2, at=make.AT)
    stated = [skill for skills in Outcome.objects.values_list("skills", flat=True) for skill in skills]
    found = {(one["label"], one["framework"], one["uri"]) for one in stated if one["uri"]}
    assert found == {
        ("statistics", "ESCO", "https://esco.example/statistics"), ("ethics", "O*NET", "https://onet.example/ethics"),
    }  # fmt: skip
    assert {one["framework"] for one in stated if not one["uri"]} == {"generated"}


def test_what_is_generated_is_spread_as_real_catalogues_are() -> None:
    many = 1500
    told: list[int] = []
    assert synthetic.generate(offerings=many, seed=1, at=make.AT, told=told.append) == many
    assert Programme.objects.public().count() == Offering.objects.count() == many
    assert not Programme.objects.exclude(source="generated").exists()
    assert not Organisation.objects.exclude(name__contains="generated").exists()
    priced = Offering.objects.exclude(price=None)
    assert 0.07 < 1 - priced.count() / many < 0.13
    assert 0.04 < priced.filter(price=0).count() / many < 0.10
    prices = sorted(priced.exclude(price=0).values_list("price", flat=True))
    assert 2900 < prices[len(prices) // 2] < 4700
    lengths = sorted(len(text["en"]) for text in ProgrammeVersion.objects.values_list("description", flat=True))
    assert 350 < lengths[many // 2] < 600
    assert not ProgrammeVersion.objects.filter(ects__gt=0).exclude(hours__gte=F("ects") * 25, hours__lte=F("ects") * 30)
    sizes = Counter(Programme.objects.values_list("provider", flat=True))
    assert sizes.most_common(1)[0][1] > 5 * sorted(sizes.values())[len(sizes) // 2]
    assert 0.02 < len(accredited_programmes(make.TODAY)) / many < 0.07
    assert not Award.objects.exists()


def run(words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words.split()))


def test_a_second_run_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--offerings 20 --seed 2 --on 2026-03-02") == 0
    assert "20 programmes generated" in capsys.readouterr().out
    with pytest.raises(Refused, match="already"):
        run("--offerings 20")
    assert Programme.objects.count() == 20


def test_a_real_site_is_refused() -> None:
    Organisation.objects.create(slug="real", name="A real place", registered_at=make.AT - timedelta(days=1))
    with pytest.raises(Refused, match="real site"):
        run("--offerings 20")
    assert not Programme.objects.exists()


@pytest.mark.parametrize("words", ["--offerings 0", "--offerings many", "--offerings 99999999", "--on 2026-03-02"])
def test_what_cannot_be_is_wrong_usage(words: str) -> None:
    with pytest.raises(SystemExit):
        run(words)

"""Every programme of the demo world, through every format and back; what is printed as kept has to come back equal."""

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase

from opencairn.catalogue.exchange import descriptions
from opencairn.people.models import Organisation
from opencairn.programmes.exchange import described
from opencairn.programmes.formats import FORMATS, losses
from opencairn.programmes.models import Offering, Programme, ProgrammeVersion
from opencairn.web.commands import export_programmes, import_programmes
from opencairn.web.demo import world
from opencairn.web.demo.cast import enter

from .test_elm_shacl import PROFILE, broken

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def run(command: Any, *words: object) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    status: int = command.run(parser.parse_args([str(word) for word in words]))
    return status


class TheWorld(TestCase):
    """The whole world, loaded once."""

    @classmethod
    def setUpTestData(cls) -> None:
        world.load(enter(), at=AT)
        cls.described = list(descriptions(AT.date()))

    def test_there_is_something_to_write(self) -> None:
        assert len(self.described) >= 44
        assert any(len(each.offerings) > 1 for each in self.described)
        assert any(each.quality for each in self.described)
        assert any(each.partners for each in self.described)

    def test_every_programme_comes_back_equal_up_to_the_printed_losses(self) -> None:
        for form in FORMATS:
            kept = [name for name, fate in losses.fates(form).items() if fate == "kept"]
            assert kept
            for what in self.described:
                assert form.lacks(what) == ""
                row = losses.read_back(form, what)
                before, after = losses.stated_of(what), losses.stated_of(row)
                assert row.notes == () or form.key in ("schema-org", "moochub"), row.notes
                differing = {name: (before[name], after[name]) for name in kept if before[name] != after[name]}
                assert differing == {}, f"{form.key} {what.url}"

    @pytest.mark.shared
    @pytest.mark.skipif(not PROFILE.is_file(), reason="the reference data ../shared is not here")
    @pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
    def test_every_programme_passes_the_official_profile(self) -> None:
        runs = sum(len(each.offerings) for each in self.described if len(each.offerings) > 1)
        assert broken(self.described, opportunities=len(self.described) + runs) == []

    def test_what_is_exported_is_imported_once_and_a_second_time_changes_nothing(self) -> None:
        Organisation.objects.update(verified_at=None)  # else nobody may describe programmes in their name
        with tempfile.TemporaryDirectory() as folder:
            for form in FORMATS:
                file = Path(folder, f"all{form.suffix}")
                assert run(export_programmes, "--format", form.key, "--out", file) == 0
                before = Programme.objects.count()
                assert run(import_programmes, file, "--format", form.key) == 0
                assert Programme.objects.count() == before  # this site is where they come from
                with self.settings(BASE_URL="https://another.example"):
                    assert run(import_programmes, file, "--format", form.key, "--dry-run") == 0
                    assert Programme.objects.count() == before
                    assert run(import_programmes, file, "--format", form.key) == 0
                    assert Programme.objects.filter(source=form.key).count() == len(self.described)
                    kept = (ProgrammeVersion.objects.count(), Offering.objects.count())
                    assert run(import_programmes, file, "--format", form.key) == 0
                assert (ProgrammeVersion.objects.count(), Offering.objects.count()) == kept
                self.is_equal_up_to_the_printed_losses(form)
                # as if they had never come: else the next format would be told that this one lists them already
                Programme.objects.filter(source=form.key).update(withdrawn_at=AT, source_uri="")

    def is_equal_up_to_the_printed_losses(self, form: Any) -> None:
        """Hold what stands in the database now against what was exported, field by field."""
        taken = Programme.objects.filter(source=form.key).select_related("current")
        by_source = dict(taken.values_list("source_id", "current"))
        read = {losses.read_back(form, what).source_id: what for what in self.described}
        assert by_source.keys() == read.keys()
        versions = list(ProgrammeVersion.objects.filter(pk__in=by_source.values()))
        again = {each.programme_id: what for each, what in zip(versions, described(versions, quality={}), strict=True)}
        ours = {"identifier", "quality"}  # a listing has an address here, and no decision is taken over from a file
        kept = [name for name, fate in losses.fates(form).items() if fate == "kept" and name not in ours]
        for programme in taken:
            before, after = losses.stated_of(read[programme.source_id]), losses.stated_of(again[programme.pk])
            differing = {name: (before[name], after[name]) for name in kept if before[name] != after[name]}
            assert differing == {}, f"{form.key} {programme.source_id}"

import gzip
import json
from hashlib import sha256

import pytest

from opencairn.web import cli
from opencairn.web.demo.cast import Cast
from tests import make


@pytest.mark.django_db
def test_the_command_writes_what_the_site_offers(cast: Cast, tmp_path, capsys) -> None:
    make.version(make.programme(cast.provider))
    for name in ("all.jsonl.gz", "all.jsonl"):
        file = tmp_path / name
        assert cli.main(["dump", str(file)]) == 0
        told = json.loads(capsys.readouterr().out)
        content = file.read_bytes()
        assert (told["count"], told["bytes"], told["sha256"]) == (1, len(content), sha256(content).hexdigest())
        lines = (gzip.decompress(content) if name.endswith(".gz") else content).splitlines()
        assert json.loads(lines[0])["slug"] == "water-quality"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.jsonl", "all.jsonl.gz"]
    assert cli.main(["dump", str(tmp_path / "nowhere" / "all.jsonl")]) == 73
    assert "cannot be written" in capsys.readouterr().err

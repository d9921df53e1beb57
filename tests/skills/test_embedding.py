"""Models that an operator brings: tiny ones are made here, read, run, and compared with a plain sum by hand."""

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opencairn.skills import indexes, queries
from opencairn.skills.suggesting import embedding, safetensors, wordpiece
from opencairn.skills.suggesting.safetensors import BadModel

from .archive import SKILL
from .conftest import Import

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "probe", "##s", "water", "lake", "snake", "#", "+", "c", "水")
WIDTH, HEADS, LAYERS = 8, 2, 2


def written(path: Path, tensors: dict[str, np.ndarray], *, kind: str = "F32") -> Path:
    """Write tensors in the safetensors format."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, tensor in tensors.items():
        raw = tensor.astype({"F32": np.float32, "F16": np.float16, "I64": np.int64}[kind]).tobytes()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def encoder_weights() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(7)

    def dense(name: str, rows: int, columns: int) -> dict[str, np.ndarray]:
        return {f"{name}.weight": draw.normal(size=(rows, columns)), f"{name}.bias": draw.normal(size=rows)}

    def norm(name: str) -> dict[str, np.ndarray]:
        return {f"{name}.weight": draw.normal(size=WIDTH), f"{name}.bias": draw.normal(size=WIDTH)}

    weights = {
        "embeddings.word_embeddings.weight": draw.normal(size=(len(PIECES), WIDTH)),
        "embeddings.position_embeddings.weight": draw.normal(size=(128, WIDTH)),
        "embeddings.token_type_embeddings.weight": draw.normal(size=(2, WIDTH)),
    } | norm("embeddings.LayerNorm")
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            weights |= dense(layer + name, WIDTH, WIDTH)
        weights |= dense(layer + "intermediate.dense", 3 * WIDTH, WIDTH) | dense(
            layer + "output.dense", WIDTH, 3 * WIDTH
        )
        weights |= norm(layer + "attention.output.LayerNorm") | norm(layer + "output.LayerNorm")
    return {f"bert.{name}": tensor for name, tensor in weights.items()}


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    written(folder / "model.safetensors", encoder_weights())
    (folder / "vocab.txt").write_text("\n".join(PIECES), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"num_hidden_layers": LAYERS, "num_attention_heads": HEADS}))
    return folder


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A static model to which water and lakes are near each other and snakes are far."""
    folder = tmp_path / "static"
    folder.mkdir()
    vectors = np.zeros((len(PIECES), 4))
    vectors[PIECES.index("probe")] = (1, 0, 0, 0)
    vectors[PIECES.index("water")] = vectors[PIECES.index("lake")] = (0, 1, 0, 0)
    vectors[PIECES.index("snake")] = (0, 0, 1, 0)
    written(folder / "model.safetensors", {"embeddings": vectors}, kind="F16")
    vocabulary = {piece: number for number, piece in enumerate(PIECES)}
    told = {"model": {"type": "WordPiece", "vocab": vocabulary}, "normalizer": {"lowercase": True}}
    (folder / "tokenizer.json").write_text(json.dumps(told))
    return folder


# ── the encoder, once more and slowly ───────────────────────────────────────────────────────────────


def by_hand(numbers: list[int]) -> list[float]:
    weights = {name.removeprefix("bert."): tensor.tolist() for name, tensor in encoder_weights().items()}

    def dense(name: str, x: list[float]) -> list[float]:
        rows = zip(weights[name + ".weight"], weights[name + ".bias"], strict=True)
        return [sum(w * v for w, v in zip(row, x, strict=True)) + bias for row, bias in rows]

    def norm(name: str, x: list[float]) -> list[float]:
        mean = sum(x) / len(x)
        spread = math.sqrt(sum((v - mean) ** 2 for v in x) / len(x) + 1e-12)
        scale = zip(x, weights[name + ".weight"], weights[name + ".bias"], strict=True)
        return [(v - mean) / spread * w + b for v, w, b in scale]

    def plus(*rows: list[float]) -> list[float]:
        return [sum(each) for each in zip(*rows, strict=True)]

    e = "embeddings."
    words, places = weights[e + "word_embeddings.weight"], weights[e + "position_embeddings.weight"]
    kind = weights[e + "token_type_embeddings.weight"][0]
    states = [norm(e + "LayerNorm", plus(words[n], places[at], kind)) for at, n in enumerate(numbers)]
    size = WIDTH // HEADS
    for layer in (f"encoder.layer.{number}." for number in range(LAYERS)):
        query, key, value = (
            [dense(f"{layer}attention.self.{n}", s) for s in states] for n in ("query", "key", "value")
        )
        after = []
        for at, state in enumerate(states):
            seen: list[float] = []
            for head in range(HEADS):
                part = slice(head * size, (head + 1) * size)
                likeness = [
                    sum(a * b for a, b in zip(query[at][part], k[part], strict=True)) / math.sqrt(size) for k in key
                ]
                powers = [math.exp(one) for one in likeness]
                seen += [
                    sum(p * v[part][i] for p, v in zip(powers, value, strict=True)) / sum(powers) for i in range(size)
                ]
            middle = norm(
                layer + "attention.output.LayerNorm", plus(state, dense(layer + "attention.output.dense", seen))
            )
            wide = [v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in dense(layer + "intermediate.dense", middle)]
            after.append(norm(layer + "output.LayerNorm", plus(middle, dense(layer + "output.dense", wide))))
        states = after
    mean = [sum(column) / len(states) for column in zip(*states, strict=True)]
    length = math.sqrt(sum(v * v for v in mean))
    return [v / length for v in mean]


def test_the_encoder_computes_what_its_definition_says(encoder: Path) -> None:
    model = embedding.load(encoder)
    numbers = model.tokenizer.encode("Probes, water", most=embedding.MOST_PIECES)
    assert numbers == [2, 4, 5, 1, 6, 3]  # [CLS] probe ##s [UNK] water [SEP]
    np.testing.assert_allclose(model.embed(["Probes, water"])[0], by_hand(numbers), atol=2e-5)


def test_many_texts_are_embedded_as_each_alone(encoder: Path) -> None:
    model = embedding.load(encoder)
    texts = ["water", "", "lake " * 500, "水水", "c# c++"] * 30
    rows = model.embed(texts)
    assert rows.shape == (150, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(rows[3], model.embed(["水水"])[0], atol=1e-6)
    assert model.embed([]).shape[0] == 0


def test_words_are_cut_into_the_longest_pieces(encoder: Path) -> None:
    cut = wordpiece.read(encoder)
    names = [
        [PIECES[n] for n in cut.encode(text, most=20, marked=False)] for text in ("Lákes c++", "x" * 200, "水c", "\x00")
    ]
    assert names == [["lake", "##s", "c", "+", "+"], ["[UNK]"], ["水", "c"], []]
    assert cut.encode("lake " * 50, most=5) == [2, 7, 7, 7, 3]
    exact = wordpiece.WordPiece(cut.pieces, lower_case=False)
    assert exact.encode("Lake", most=9, marked=False) == [1]


def test_a_static_model_brings_near_what_shares_no_letter(static: Path, import_esco: Import, settings: Any) -> None:
    import_esco("en")
    settings.SKILL_MODEL = str(static)
    indexes.model_in.cache_clear()
    assert queries.method().startswith("lexical-1+")
    found = queries.suggest("lake", language="en", top=9)
    assert found[0].uri == SKILL + "water"
    vectors = list(indexes.folder().glob("esco-1.1.1-en-*-lexical-1.npz"))
    assert len(vectors) == 2  # the index and the vectors, each a file of its own
    indexes._LOADED.clear()
    assert queries.suggest("lake", language="en", top=9) == found


def test_a_broken_model_is_left_aside_and_the_log_says_so(
    import_esco: Import, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import_esco("en")
    settings.SKILL_MODEL = str(tmp_path / "nowhere")
    assert queries.suggest("water chemistry", language="en")[0].uri == SKILL + "water"
    assert queries.method() == "lexical-1"
    assert "cannot be used" in caplog.text


@pytest.mark.django_db
def test_the_command_stops_where_the_model_is_broken(  # noqa: PLR0917
    import_esco: Import, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, at: datetime
) -> None:
    from opencairn.web.commands import suggest_skills

    from .test_commands import suggest

    import_esco("en")
    settings.SKILL_MODEL = str(tmp_path)
    assert suggest(monkeypatch, "water\n") == suggest_skills.UNAVAILABLE
    assert "cannot be used" in capsys.readouterr().err


# ── files from strangers ────────────────────────────────────────────────────────────────────────────


def header(**entry: object) -> bytes:
    whole = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} | entry
    text = json.dumps({"a": whole}).encode()
    return len(text).to_bytes(8, "little") + text + bytes(4)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not in the safetensors format"),
        (b"\xff" * 16, "not in the safetensors format"),
        ((4).to_bytes(8, "little") + b"oops", "not JSON"),
        ((2).to_bytes(8, "little") + b"[]", "not an object"),
        (header(data_offsets=[0, 8]), "does not lie"),
        (header(data_offsets=[4, 0]), "does not lie"),
        (header(data_offsets=[-4, 0]), "does not lie"),
        (header(data_offsets="all"), "does not lie"),
        (header(shape=[2]), "does not lie"),
        (header(shape=[1 << 62, 4]), "does not lie"),
        (header(shape=[True]), "does not lie"),
    ],
)
def test_weights_that_are_not_what_the_header_says_are_refused(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "model.safetensors").write_bytes(data)
    with pytest.raises(BadModel, match=says):
        safetensors.read(tmp_path / "model.safetensors")


def test_half_precision_and_brain_floats_are_read_and_whole_numbers_left_aside(tmp_path: Path) -> None:
    halves = written(tmp_path / "h", {"a": np.array([0.5, -2.0])}, kind="F16")
    assert safetensors.read(halves)["a"].tolist() == [0.5, -2.0]
    assert safetensors.read(written(tmp_path / "i", {"a": np.array([1])}, kind="I64")) == {}
    brain = np.array([1.5, -3.0], dtype=np.float32).view(np.uint32) >> 16
    text = json.dumps({"a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    (tmp_path / "b").write_bytes(len(text).to_bytes(8, "little") + text + brain.astype(np.uint16).tobytes())
    assert safetensors.read(tmp_path / "b")["a"].tolist() == [1.5, -3.0]
    (tmp_path / "e").write_bytes((2).to_bytes(8, "little") + b"{}")
    assert safetensors.read(tmp_path / "e") == {}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("config.json", "{}", "how many layers"),
        ("config.json", json.dumps({"num_hidden_layers": 9, "num_attention_heads": 2}), "not those of an encoder"),
        ("config.json", json.dumps({"num_hidden_layers": 2, "num_attention_heads": 3}), "not those of an encoder"),
        ("vocab.txt", "a\nb", "lacks"),
        ("tokenizer.json", "[]", "not the tokenizer"),
        ("tokenizer.json", json.dumps({"model": {"type": "BPE", "vocab": {}}}), "WordPiece"),
    ],
)
def test_a_model_of_another_kind_is_refused_in_words(encoder: Path, name: str, text: str, says: str) -> None:
    (encoder / name).write_text(text)
    with pytest.raises(BadModel, match=says):
        embedding.load(encoder)


def test_a_static_model_with_too_few_rows_is_refused(static: Path) -> None:
    written(static / "model.safetensors", {"embeddings": np.zeros((3, 4))})
    with pytest.raises(BadModel, match="more pieces than the model"):
        embedding.load(static)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_model_full_of_what_is_no_number_is_refused(static: Path, wrong: float) -> None:
    written(static / "model.safetensors", {"embeddings": np.full((len(PIECES), 4), wrong)})
    with pytest.raises(BadModel, match=r"embeddings .* no numbers"):
        embedding.load(static)


def test_a_missing_tokenizer_names_both_files_that_would_do(encoder: Path) -> None:
    (encoder / "vocab.txt").unlink()
    with pytest.raises(BadModel, match=r"tokenizer\.json.*vocab\.txt"):
        embedding.load(encoder)


def test_a_vocabulary_that_is_not_in_utf_8_is_refused(encoder: Path) -> None:
    (encoder / "vocab.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(BadModel, match=r"vocab\.txt is not UTF-8"):
        embedding.load(encoder)

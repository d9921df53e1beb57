"""Letters that only look like others, in forbidden words and in names."""

import pytest

from opencairn.programmes import profiles
from opencairn.programmes.letters import is_disguised
from opencairn.programmes.rules import _problem_of, forbidden_word

FORBIDDEN = profiles.profile("nzqa").element("title").forbidden_words


@pytest.mark.parametrize(
    "title",
    [
        "Master of Water", "𝐌𝐚𝐬𝐭𝐞𝐫 of Water", "🄼🄰🅂🅃🄴🅁 of Water", "🅼🅰🆂🆃🅴🆁 of Water", "🇲🇦🇸🇹🇪🇷 of Water", "Ⓜⓐⓢⓣⓔⓡ",
        "Mɑster of Water", "A deɡree", "natıonal", "NATİONAL", "dιplοma", "Ꮇaster", "ꓟaster", "ꓟꓮꓢꓔꓰꓣ", "ᎷᎪᏚᎢᎬᎡ", "maㅤster",
        "ma\u00adster", "ma\U000e0061\U000e007fster", "m\u20ddaster", "ᴍᴀꜱᴛᴇʀ", "đegree", "mⲁster", "Μaster",
        "doctors", "undergraduates", "post-graduates", "Diplomas", "masters", "Doctorates", "New Zealand’s waters",
        "Νeԝ Zeаland", "ηational", "dəgree", "Master’s", "ｍａｓｔｅｒ", "Ðegree", "maƨter",
    ],
)  # fmt: skip
def test_a_forbidden_word_is_met_whatever_its_letters_are_made_of(title: str) -> None:
    assert forbidden_word({"en": title}, FORBIDDEN)


@pytest.mark.parametrize(
    "title",
    [
        "Mastering water", "International water", "Mastery", "Degreed", "Doctoral", "New and Zealand", "Zealand", "",
        "цеплял", "решить задачи", "Εθνικό νερό", "東京大学 TOKYO", "हिन्दी", "한국어", "ılıca", "Łódź", "C++ & 5 * stars",
        "******", "New", "B型肝炎の基礎知識", "B超检查技术基础", "D言語プログラミング", "Mコマース入门", "Mעברית", "IT-Академия",
    ],
)  # fmt: skip
def test_other_words_are_no_forbidden_ones(title: str) -> None:
    assert forbidden_word({"en": title}, FORBIDDEN) == ""


def test_every_forbidden_word_is_met_in_its_plural_and_in_other_languages() -> None:
    for word in FORBIDDEN["en"]:
        assert forbidden_word({"de": f"{word}s of water"}, FORBIDDEN)
    assert forbidden_word({"en": "Awarding bodies"}, {"en": ("body",)}) == "body"
    assert forbidden_word({"en": "学位"}, {"ja": ("学位",)}) == "学位"
    assert forbidden_word({"en": "की"}, {"hi": ("कि",)}) == ""


@pytest.mark.parametrize(
    "name",
    [
        "𝐇ochschule Tarntal", "𝐇𝐨𝐜𝐡𝐬𝐜𝐡𝐮𝐥𝐞 Tarntal", "Ꮋochschule Tarntal", "Hochschule Tɑrntal", "Hochschule Tarnt\u0430l",
        "\u0391cademy", "ꓧochschule", "Hօchschule", "🅷ochschule", "Ⓗochschule", "Ｈochschule", "Cambridɡe", "ʜochschule",
        "Кremlin",
    ],
)  # fmt: skip
def test_a_name_in_disguise_is_told(name: str) -> None:
    assert is_disguised(name)


@pytest.mark.parametrize(
    "name",
    [
        "Hochschule Tarntal", "Universität Zürich", "Høgskulen på Vestlandet", "Łódź", "Đại học", "Çukurova",
        "Türk Ensitüsü Ankara İstanbul ılıca", "東京大学 TOKYO", "東京大学TOKYO", "НИУ ВШЭ (HSE)", "Εθνικό Μετσόβιο (NTUA)", "École d’été",
        "サーバー学校", "서울大學校", "水 School 2", "Академия Water", "IT-Академия", "Azərbaycan Dövlət", "University of Hawaiʻi", "ＴＯＫＹＯ大学",
        "Þjóðleikhús", "Wɔyɛ Ŋutsu", "1ª Escola nº 2™", "دانشگاه می‌خواهم", "विश्वविद्यालय", "มหาวิทยาลัยABC", "בית ספר לIT", "ITअकादमी", "ABCهندسة", "ΔT Academy", "Ca\u0301diz", "🇩🇪 Akademie",
    ],
)  # fmt: skip
def test_names_of_the_world_are_no_disguise(name: str) -> None:
    assert not is_disguised(name)


def test_a_description_that_hides_a_forbidden_word_in_bold_letters_has_a_gap() -> None:
    element = profiles.profile("nzqa").element("title")
    problem = _problem_of(element, {"title": {"en": "𝐌𝐚𝐬𝐭𝐞𝐫 of Water"}})
    assert problem == ("forbidden-word", {"word": "master"})

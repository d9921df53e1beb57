"""From the US Classification of Instructional Programs (CIP) to ISCED-F 2013, only where the match is sure.

Facts of classification, longest prefix first. A CIP family that spreads over several broad fields (liberal arts,
personal health, interdisciplinary studies …) has no line: its field stays unstated rather than guessed.
"""

from collections.abc import Mapping

ISCED_OF_CIP: Mapping[str, str] = {
    "01": "08", "0106": "0812", "09": "032", "11": "061", "1102": "0613", "1106": "0611", "1109": "0612",
    "1204": "1012", "1205": "1013", "13": "011", "14": "071", "15": "071", "1512": "", "16": "023", "22": "042",
    "23": "023", "26": "051", "27": "0541", "32": "00", "35": "0031", "37": "0031", "38": "022", "40": "053",
    "42": "0313", "43": "1032", "45": "031", "4407": "0923", "46": "073", "4603": "0713", "4604": "0732",
    "47": "07", "4706": "0716", "48": "07", "4805": "0715", "49": "1041", "50": "021", "51": "09",
    "5106": "0911", "5107": "", "5133": "0917", "5138": "0913", "5139": "0913", "52": "04", "5202": "0413",
    "5203": "0411", "5204": "0415", "5208": "0412", "5209": "101", "5212": "", "5214": "0414", "53": "00",
    "54": "0222",
}  # fmt: skip


def isced_of(cip_code: str) -> str:
    """Return the ISCED-F code for a six-digit CIP code (a lost leading zero is put back); "" where it is not sure."""
    code = cip_code.strip().replace(".", "").zfill(6)
    for length in (4, 2):
        if code[:length] in ISCED_OF_CIP:
            return ISCED_OF_CIP[code[:length]]
    return ""

"""The competences of DigComp 2.2, by number: area, and place within it.

Source: Vuorikari, Kluzer, Punie, *DigComp 2.2* (Joint Research Centre, 2022): 5 areas with 21 competences.
"""

_IN_AREA = (3, 6, 4, 4, 4)
DIGCOMP = tuple(f"{area}.{place}" for area, many in enumerate(_IN_AREA, 1) for place in range(1, many + 1))

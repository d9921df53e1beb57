"""The kinds of status lists this engine can read, one file each: whether the issuer took a credential back.

A plug has ``accepts(entry)``, ``address(entry)``, ``opened(data, asked)``, which returns a list that was found to be
the issuer's own and in date, and ``read(opened, entry, credential)``, which returns what it says as a ``Step``.
``opened`` and ``read`` raise an ``Objection`` where the list is of no use. Some of the plugs can write lists too.
"""

from typing import Any

from . import bitstring, one_ed_tech, status_list_2021, token_list

STATUSES: tuple[Any, ...] = (bitstring, one_ed_tech, status_list_2021, token_list)

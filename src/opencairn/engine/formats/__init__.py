"""The formats this engine follows, each a module with ``NAME``, ``CODE``, ``recognises``, ``read`` and maybe ``write``.

A format of ``FORMATS`` states one attainment; ``clr_2`` reads a ``LearnerRecord``, ``open_badge_3_endorsement`` an
``Endorsement``. One without ``write`` is only read.
"""

from typing import Any

from . import clr_2, elm, open_badge_2, open_badge_3, open_badge_3_endorsement, sd_jwt_vc

#: claims of an SD-JWT VC come first: whatever else they say of themselves, they are that
FORMATS: tuple[Any, ...] = (sd_jwt_vc, open_badge_3, elm, open_badge_2)
RECORDS: tuple[Any, ...] = (clr_2,)
ENDORSEMENTS: tuple[Any, ...] = (open_badge_3_endorsement,)

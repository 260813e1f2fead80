"""States' names as Unicode's CLDR has them, so that the tables hold what CLDR lacks and no more.

Knows Babel. Must not know actors.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from babel import Locale
from babel.core import get_global

LANGUAGES: Final = ("ar", "en")
_ASIDE: Final = re.compile(r"\([^)]*\)")


def territory_names(code: str) -> tuple[str, ...]:
    """The names of the state with an ISO 3166-1 alpha-3 code, Arabic first; none for a code that ISO does not have."""
    territory = _alpha_2().get(code)
    names = (Locale.parse(language).territories.get(territory, "") for language in LANGUAGES) if territory else ()
    return tuple(name for name in (_ASIDE.sub("", name).strip() for name in names) if name)


@cache
def _alpha_2() -> dict[str, str]:
    # CLDR lists alpha-3 codes as aliases of the alpha-2 codes that it names territories by
    aliases = get_global("territory_aliases")
    return {old: new[0] for old, new in aliases.items() if len(old) == 3 and old.isalpha() and len(new) == 1}

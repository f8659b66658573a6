"""All errands, and their order on page and desk. A new one gets a line here."""

from collections.abc import Callable
from typing import Any

import msgspec

from api.declarations.errand import ERRAND as DECLARATIONS
from api.declarations.service import DeclarationService
from api.desk.casework import Casework, Ground
from api.desk.copies import ERRAND as COPIES
from api.grants.errand import ERRAND as GRANTS
from api.helpers.errand import ERRAND as HELPERS
from api.infra.errands import Errand, Errands
from api.letters.errand import ERRAND as LETTERS
from api.letters.service import LetterService
from api.listings.errand import ERRAND as LISTINGS
from api.mandates.errand import ERRAND as MANDATES
from api.objections.errand import ERRAND as OBJECTIONS
from api.pledges.errand import ERRAND as PLEDGES
from api.repairs.errand import ERRAND as REPAIRS
from api.window.errand import ERRAND as WINDOW
from api.withdrawals.errand import ERRAND as WITHDRAWALS


class Part(msgspec.Struct, frozen=True):
    """An errand and its service. Without one the composition makes the service, because others depend on it."""

    errand: Errand
    service: Callable[[Ground], Casework[Any]] | None = None


PARTS = (
    Part(OBJECTIONS),
    Part(REPAIRS),
    Part(WITHDRAWALS),
    Part(DECLARATIONS, DeclarationService),
    Part(PLEDGES),
    Part(GRANTS),
    Part(HELPERS),
    Part(MANDATES),
    Part(WINDOW),
    Part(LISTINGS),
    Part(LETTERS, LetterService),
    Part(COPIES),
)
ERRANDS = Errands(part.errand for part in PARTS)

"""The declaration of withdrawals as an errand."""

from api.infra.errands import declare
from api.withdrawals.states import COURTESY, RIGHT
from api.withdrawals.store import COLLECTIONS

ERRAND = declare(
    __package__,
    tables=(RIGHT, COURTESY),
    collections=COLLECTIONS,
)

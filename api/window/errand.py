"""The declaration of the window as an errand."""

from api.accounts.rebinding import PROOFS
from api.infra.errands import declare

ERRAND = declare(__package__, words={"proof": PROOFS})

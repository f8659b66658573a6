"""The declaration of repairs as an errand."""

from api.infra.errands import declare
from api.repairs.states import TABLE

ERRAND = declare(__package__, words={"kind": TABLE.words})

"""The declaration of pledges as an errand."""

from api.infra.errands import declare
from api.pledges.states import TABLE
from api.pledges.texts import titles

ERRAND = declare(__package__, words={"kind": titles(), "outcome": TABLE.words})

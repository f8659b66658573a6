"""The declaration of grants as an errand."""

from api.infra.errands import declare

ERRAND = declare(__package__)

"""The declaration of appeals as an errand."""

from api.infra.errands import declare

ERRAND = declare(__package__)

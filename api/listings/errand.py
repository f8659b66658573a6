"""The declaration of listings as an errand."""

from api.infra.errands import declare

ERRAND = declare(__package__)

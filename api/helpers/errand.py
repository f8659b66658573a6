"""The declaration of helpers as an errand."""

from api.helpers.items import POWERS
from api.infra.errands import declare

ERRAND = declare(__package__, words={"items": {item: power.label for item, power in POWERS.items()}})

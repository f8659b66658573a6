"""The declaration of declarations as an errand."""

from api.declarations.kinds import titles
from api.infra.errands import declare

ERRAND = declare(__package__, words={"kind": titles()})

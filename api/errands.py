"""All errands, and their order on page and desk. A new one gets a line here."""

from api.declarations.errand import ERRAND as DECLARATIONS
from api.desk.copies import ERRAND as COPIES
from api.grants.errand import ERRAND as GRANTS
from api.infra.errands import Errands
from api.listings.errand import ERRAND as LISTINGS
from api.objections.errand import ERRAND as OBJECTIONS
from api.pledges.errand import ERRAND as PLEDGES
from api.repairs.errand import ERRAND as REPAIRS
from api.withdrawals.errand import ERRAND as WITHDRAWALS

ERRANDS = Errands((OBJECTIONS, REPAIRS, WITHDRAWALS, DECLARATIONS, PLEDGES, GRANTS, LISTINGS, COPIES))

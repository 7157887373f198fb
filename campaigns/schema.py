"""Every table of the product, in floor order, for Alembic and for tests."""

from campaigns import clock, notices
from campaigns.accounts import models as accounts
from campaigns.bookings import models as bookings
from campaigns.compliance import models as compliance
from campaigns.contacts import models as contacts
from campaigns.database import Base
from campaigns.delivery import models as delivery
from campaigns.planning import models as planning
from campaigns.promotions import models as promotions
from campaigns.rendering import models as rendering
from campaigns.tracking import models as tracking

ROOMS = (
    clock,
    notices,
    accounts,
    contacts,
    promotions,
    planning,
    rendering,
    compliance,
    delivery,
    tracking,
    bookings,
)

metadata = Base.metadata

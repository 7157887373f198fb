"""A clinic on a stopped clock for every test of the offers."""

import pytest

from campaigns.accounts.models import Organisation, User
from campaigns.database import Session
from tests.promotions import factories


@pytest.fixture
def clinic(session: Session) -> Organisation:
    """The clinic, at noon."""
    factories.stop_clock(session)
    return factories.make_clinic(session)


@pytest.fixture
def cora(session: Session, clinic: Organisation) -> User:
    """The coordinator."""
    return factories.make_user(session)

"""A shell at the clinic: commands as a person types them, in this process."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from campaigns import database, local
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Role
from campaigns.cli.app import app
from campaigns.compliance import approval
from campaigns.database import Sessions
from campaigns.delivery import programs
from campaigns.local import sample
from campaigns.planning import queries
from campaigns.planning.models import CampaignStatus
from tests.factories import make_user
from tests.ground.conftest import read_afresh
from workers import rendering

SAMPLE = Path(local.__file__).parent / "sample"
OFFERS, LETTER = "package-savings", "health-letter"
SIGNERS = {"clinical_approver": sample.CLINICAL, "legal_approver": sample.LEGAL}


class Shell:
    """Runs `bedside`; variables in capitals are the environment of that command alone."""

    def __call__(self, *words: str, as_: str = "", typed: str = "", **environment: str) -> Result:
        """What it prints and its exit code; `typed` is its standard input."""
        if environment:
            _forget()
        acting = ["--as", as_] if as_ else []
        known = {"COLUMNS": "250", "BEDSIDE_USER": ""} | environment
        result = CliRunner().invoke(
            app, [*words, *acting], env=known, input=typed, prog_name="bedside"
        )
        if environment:
            _forget()
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result

    def ok(self, *words: str, as_: str = "", **environment: str) -> str:
        """What it prints; it must succeed."""
        result = self(*words, as_=as_, **environment)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str, as_: str = "", code: int = 0, **environment: str) -> Any:
        """What it prints with --json."""
        result = self(*words, "--json", as_=as_, **environment)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def refused(self, *words: str, as_: str = "", **environment: str) -> str:
        """The sentence with which it refuses; it must leave with 1 and print nothing else."""
        result = self(*words, as_=as_, **environment)
        assert result.exit_code == 1, result.output
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        return result.stderr.strip()


def _forget() -> None:
    if database.engine.cache_info().currsize:
        database.engine().dispose()
    read_afresh()
    database.engine.cache_clear()
    database.sessions.cache_clear()


@pytest.fixture
def bedside() -> Iterator[Shell]:
    """The command line."""
    yield Shell()
    if database.engine.cache_info().currsize:
        database.engine().dispose()


@pytest.fixture
def clinic(committed: Sessions) -> Sessions:
    """The sample clinic, with both newsletters as drafts."""
    programs.forget()
    sample.load(committed)
    return committed


@pytest.fixture
def viewer(clinic: Sessions) -> str:
    """Someone who may only look."""
    with clinic.begin() as session:
        return make_user(session, Role.VIEWER).address


@pytest.fixture
def approved(clinic: Sessions) -> Sessions:
    """The clinic whose discount newsletter was signed by every role asked for."""
    with clinic.begin() as session:
        campaign = queries.named(session, OFFERS)
        approval.submit(session, campaign, actor=accounts.user(session, sample.COORDINATOR))
    rendering.render_left()
    with clinic.begin() as session:
        campaign = queries.named(session, OFFERS)
        for role in approval.still_to_sign(session, campaign):
            signer = accounts.user(session, SIGNERS[role])
            approval.approve(session, campaign, actor=signer, reason="Read and checked.")
        assert campaign.status is CampaignStatus.APPROVED
    return clinic

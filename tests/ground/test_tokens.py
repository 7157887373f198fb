"""A link serves its own family only, survives a new key, and cannot be altered."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import public_urls, tokens
from campaigns.errors import BadToken
from campaigns.tokens import DeliveryToken, Family
from tests.ground.conftest import read_afresh

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DELIVERY_FAMILIES = (Family.TRACK, Family.ACT, Family.BOOK)
NOTICE_FAMILIES = (Family.CONFIRM, Family.MANAGE)
CAMPAIGNS = st.integers(0, 2**32 - 1)
DELIVERIES = st.integers(0, 2**40 - 1)


def mint(family: Family) -> str:
    if family is Family.VERP:
        return tokens.mint_verp(campaign_id=7, delivery_id=70_000)
    if family in NOTICE_FAMILIES:
        return tokens.mint_notice(family, subject_id=7, expires_at=NOW + timedelta(days=14))
    if family is Family.EVENT:
        return tokens.mint_version(7)
    return tokens.mint(family, campaign_id=7, delivery_id=70_000)


def read(text: str, family: Family) -> object:
    if family is Family.VERP:
        return tokens.read_verp(text)
    if family in NOTICE_FAMILIES:
        return tokens.read_notice(text, family, now=NOW)
    if family is Family.EVENT:
        return tokens.read_version(text)
    return tokens.read(text, family)


@given(DELIVERIES)
def test_a_link_to_an_event_says_in_which_version_it_stands(version_id: int) -> None:
    assert tokens.read_version(tokens.mint_version(version_id)) == version_id


@given(st.sampled_from(DELIVERY_FAMILIES), CAMPAIGNS, DELIVERIES)
def test_a_link_says_whom_it_is_for(family: Family, campaign_id: int, delivery_id: int) -> None:
    text = tokens.mint(family, campaign_id=campaign_id, delivery_id=delivery_id)
    assert tokens.read(text, family) == DeliveryToken(campaign_id, delivery_id)
    assert len(text) <= 28


@given(CAMPAIGNS, DELIVERIES)
def test_a_return_path_survives_mail_systems_that_fold_letters(
    campaign_id: int, delivery_id: int
) -> None:
    text = tokens.mint_verp(campaign_id=campaign_id, delivery_id=delivery_id)
    assert text == text.lower()
    assert text.isalnum()
    assert tokens.read_verp(text.upper()) == DeliveryToken(campaign_id, delivery_id)


@given(st.integers(0, 2**40 - 1), st.sampled_from(NOTICE_FAMILIES))
def test_a_notice_link_names_its_subject_until_it_ends(subject_id: int, family: Family) -> None:
    text = tokens.mint_notice(family, subject_id=subject_id, expires_at=NOW)
    assert tokens.read_notice(text, family, now=NOW) == subject_id
    assert len(text) <= 28
    with pytest.raises(BadToken, match="too old"):
        tokens.read_notice(text, family, now=NOW + timedelta(seconds=1))


@pytest.mark.parametrize("minted", Family)
@pytest.mark.parametrize("asked", Family)
def test_a_family_serves_only_for_itself(minted: Family, asked: Family) -> None:
    if minted is asked:
        assert read(mint(minted), asked)
        return
    with pytest.raises(BadToken, match="damaged"):
        read(mint(minted), asked)


@pytest.mark.parametrize("family", DELIVERY_FAMILIES)
@pytest.mark.parametrize("other", DELIVERY_FAMILIES)
def test_rewriting_the_family_byte_does_not_help(family: Family, other: Family) -> None:
    if family is other:
        return
    raw = bytearray(base64.urlsafe_b64decode(mint(family) + "=="))
    raw[1] = other
    forged = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    with pytest.raises(BadToken):
        tokens.read(forged, other)


@given(st.integers(0, 18), st.integers(1, 255))
def test_no_byte_can_be_altered(position: int, flip: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(mint(Family.TRACK) + "=="))
    raw[position] ^= flip
    with pytest.raises(BadToken):
        tokens.read(base64.urlsafe_b64encode(raw).rstrip(b"=").decode(), Family.TRACK)


@pytest.mark.parametrize("family", Family)
def test_no_character_can_be_altered_left_out_or_added(family: Family) -> None:
    text = mint(family)
    for position in range(len(text)):
        for sign in "aZ7_=ſ":
            if sign.lower() != text[position].lower():
                with pytest.raises(BadToken):
                    read(text[:position] + sign + text[position + 1 :], family)
        with pytest.raises(BadToken):
            read(text[:position] + text[position + 1 :], family)
    with pytest.raises(BadToken):
        read(text + "A", family)


@given(st.text(max_size=60), st.sampled_from(Family))
def test_any_other_text_is_refused_kindly(text: str, family: Family) -> None:
    with pytest.raises(BadToken, match="damaged"):
        read(text, family)


@pytest.mark.parametrize("family", Family)
def test_a_new_key_signs_and_the_old_one_still_verifies(
    family: Family, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("BEDSIDE_KEYS", "1:the-first-secret-of-all")
    read_afresh()
    old = mint(family)
    environment.setenv("BEDSIDE_KEYS", "2:a-second-secret-of-ours,1:the-first-secret-of-all")
    read_afresh()
    assert mint(family) != old
    assert read(old, family) == read(mint(family), family)
    environment.setenv("BEDSIDE_KEYS", "2:a-second-secret-of-ours")
    read_afresh()
    with pytest.raises(BadToken):
        read(old, family)


def test_a_key_of_another_clinic_forges_nothing(environment: pytest.MonkeyPatch) -> None:
    text = mint(Family.ACT)
    environment.setenv("BEDSIDE_KEYS", "1:the-secret-of-another-clinic")
    read_afresh()
    with pytest.raises(BadToken):
        read(text, Family.ACT)


def test_a_message_id_is_the_same_over_all_attempts_and_after_a_new_key(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("BEDSIDE_KEYS", "1:the-first-secret-of-all")
    read_afresh()
    first = tokens.message_id(7, domain="clinic.example.com")
    notice = tokens.notice_message_id(7, domain="clinic.example.com")
    environment.setenv("BEDSIDE_KEYS", "2:a-second-secret-of-ours,1:the-first-secret-of-all")
    read_afresh()
    assert tokens.message_id(7, domain="clinic.example.com") == first
    assert len({first, notice, tokens.message_id(8, domain="clinic.example.com")}) == 3
    assert first.startswith("<d.")
    assert first.endswith("@clinic.example.com>")


def test_every_public_address_lies_under_this_installations(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("BEDSIDE_PUBLIC_URL", "https://mail.example.com/clinic")
    read_afresh()
    made = {
        public_urls.click("t", 3): "/c/t/3",
        public_urls.opened("t"): "/o/t.gif",
        public_urls.view("t"): "/v/t",
        public_urls.unsubscribe("t"): "/u/t",
        public_urls.preferences("t"): "/p/t",
        public_urls.book("t"): "/b/t",
        public_urls.confirm("t"): "/confirm/t",
        public_urls.manage("t"): "/m/t",
        public_urls.calendar("t"): "/m/t.ics",
        public_urls.asset("hero.png"): "/assets/hero.png",
    }
    assert made == {f"https://mail.example.com/clinic{path}": path for path in made.values()}

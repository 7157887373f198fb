"""Promo codes: the same for a contact every time, found however they are typed."""

import pytest

from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotFound
from campaigns.promotions import codes
from campaigns.promotions.models import CodeMode, PromoCode, Promotion
from tests.promotions.factories import make_contact, make_promotion

pytestmark = pytest.mark.usefixtures("clinic")


@pytest.fixture
def unique(session: Session) -> Promotion:
    return make_promotion(session, "first-visit", code_mode=CodeMode.UNIQUE)


def test_a_contacts_code_is_twelve_clear_letters_and_stays_the_same(
    session: Session, unique: Promotion
) -> None:
    other = make_promotion(session, "other", code_mode=CodeMode.UNIQUE)
    code = codes.of_contact(unique, 7)
    assert len(code) == 12
    assert set(code) <= set(codes.ALPHABET)
    assert not set("IJO01") & set(codes.ALPHABET)
    assert code == codes.of_contact(unique, 7)
    assert len({code, codes.of_contact(unique, 8), codes.of_contact(other, 7)}) == 3


def test_codes_are_recorded_once_and_only_as_a_hash(session: Session, unique: Promotion) -> None:
    ada, bob = make_contact(session, "ada"), make_contact(session, "bob")
    assert codes.ensure_for(session, unique, [ada.id]) == 1
    assert codes.ensure_for(session, unique, [ada.id, bob.id]) == 2
    assert codes.ensure_for(session, unique, []) == 0
    kept = session.query(PromoCode).filter_by(contact_id=ada.id).one()
    word = codes.of_contact(unique, ada.id)
    assert (kept.prefix, kept.shown) == (word[:4], "")
    assert word.encode() not in kept.code_hash


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n"])
def test_a_code_is_found_in_any_dress(session: Session, unique: Promotion, typed: str) -> None:
    ada = make_contact(session)
    codes.ensure_for(session, unique, [ada.id])
    word = codes.of_contact(unique, ada.id)
    dressed = f"{word[:4]}-{word[4:8]} {word[8:]}".lower()
    found = codes.find(session, typed.format(dressed))
    assert (found.promotion_id, found.contact_id) == (unique.id, ada.id)


def test_a_void_code_is_worthless_and_not_counted(session: Session, unique: Promotion) -> None:
    ada = make_contact(session)
    codes.ensure_for(session, unique, [ada.id])
    code = codes.find(session, codes.of_contact(unique, ada.id))
    assert codes.void(session, code)
    assert not codes.void(session, code)
    with pytest.raises(NotFound, match="do not know this promo code"):
        codes.find(session, codes.of_contact(unique, ada.id))
    assert codes.ensure_for(session, unique, [ada.id]) == 0


def test_only_a_promotion_with_unique_codes_hands_them_out(session: Session) -> None:
    with pytest.raises(Conflict, match="no codes of one's own"):
        codes.ensure_for(session, make_promotion(session), [1])


def test_a_shared_word_is_found_and_can_change_and_change_back(session: Session) -> None:
    promotion = make_promotion(session, code_mode=CodeMode.SHARED)
    assert codes.shared_word(session, promotion) == ""
    assert codes.share(session, promotion, "save-26")
    assert not codes.share(session, promotion, "SAVE26")
    assert codes.find(session, "save 26").promotion_id == promotion.id
    assert codes.share(session, promotion, "AUTUMN")
    with pytest.raises(NotFound):
        codes.find(session, "SAVE26")
    assert codes.share(session, promotion, "SAVE26")
    assert codes.shared_word(session, promotion) == "SAVE26"


@pytest.mark.parametrize("word", ["abc", "x" * 21, "save%26", "größe1"])
def test_a_word_that_cannot_be_typed_is_refused(session: Session, word: str) -> None:
    with pytest.raises(Invalid, match="4 to 20 letters and digits"):
        codes.share(session, make_promotion(session), word)


def test_two_promotions_do_not_share_one_word(session: Session) -> None:
    codes.share(session, make_promotion(session, "one"), "SAVE26")
    with pytest.raises(Conflict, match="belongs to another promotion"):
        codes.share(session, make_promotion(session, "two"), "SAVE26")

"""The headers that are the same for every contact."""

from email import message_from_string, policy

import pytest

from campaigns.accounts.models import Organisation
from campaigns.contacts.models import Topic
from campaigns.rendering import headers


def fixed(**values: str) -> dict[str, str]:
    """The headers of a clinic."""
    clinic = Organisation(
        **{
            "sender_name": "Renew Health",
            "sender_address": "hello@Renew.example.com",
            "reply_address": "desk@renew.example.com",
            **values,
        }
    )
    return headers.fixed(clinic, topic=Topic.OFFERS, subject="News")


@pytest.mark.parametrize("name", ["Renew Health", 'Doe, "J." & Co', "Клиника Zoë", "a" * 120])
def test_a_clinic_may_be_called_anything(name: str) -> None:
    wire = headers.frozen(fixed(sender_name=name))
    read = message_from_string(wire + "\r\n", policy=policy.default)
    assert read["From"].addresses[0].display_name == name
    assert read["From"].addresses[0].addr_spec == "hello@Renew.example.com"
    assert wire.isascii()


def test_the_list_is_named_for_topic_and_domain() -> None:
    assert fixed()["List-Id"] == "<offers.renew.example.com>"


@pytest.mark.parametrize("subject", ["Café" + " Café" * 30, "🎉" * 60, "x" * 250, "a" + " b" * 120])
def test_a_subject_of_any_letters_is_read_back(subject: str) -> None:
    wire = headers.frozen({"Subject": subject})
    assert message_from_string(wire + "\r\n", policy=policy.default)["Subject"] == subject
    assert wire.isascii()


def test_out_of_office_answers_are_asked_not_to_come() -> None:
    assert fixed()["Auto-Submitted"] == "auto-generated"
    assert fixed()["X-Auto-Response-Suppress"] == "OOF, AutoReply"

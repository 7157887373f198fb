"""The brand is one record: measured when it is saved, held to the same however it comes."""

import pytest
from sqlalchemy import select

from campaigns.accounts import queries
from campaigns.accounts.models import AuditEntry, Role
from campaigns.database import Session
from campaigns.errors import Invalid, NotAllowed
from campaigns.rendering import branding, palette
from campaigns.rendering.brand import Brand
from campaigns.rendering.brand_record import BrandRecord, Footer, SocialLink
from campaigns.rendering.branding import HardToRead
from campaigns.rendering.freeze import freeze
from tests.factories import make_campaign, make_organisation, make_user, make_version
from tests.rendering import factories as rendering


def test_every_pair_that_meets_in_a_message_is_measured_and_kept_when_it_is_saved(
    session: Session,
) -> None:
    organisation = make_organisation(session)
    branding.paint(session, actor=make_user(session), primary="#7a1f5c", accent="#f2c14e")
    kept = BrandRecord.of(organisation.brand)
    assert kept.contrast == palette.measured(kept)
    assert {each.scheme for each in kept.contrast} == {"light", "dark"}
    assert {each.needed for each in kept.contrast} == {4.5, 3.0}
    assert all(each.ratio >= each.needed for each in kept.contrast)


def test_a_brand_of_an_earlier_version_reads_as_it_was_meant(session: Session) -> None:
    earlier = {"primary": "#7a1f5c", "accent": "#f2c14e", "logo": "clinic/x.png"}
    record = BrandRecord.of(earlier | {"logo_width": "88", "font": "Papyrus"})
    assert (record.primary, record.logo, record.logo_width) == ("#7a1f5c", "clinic/x.png", 88)
    assert (record.page, record.scale, record.headings) == ("sand", "comfortable", "serif")
    organisation = make_organisation(session, brand=earlier | {"logo_width": "88"})
    branding.settle(session)
    kept = {name: each for name, each in organisation.brand.items() if name != "contrast"}
    assert kept == earlier | {"logo_width": 88}


def test_a_clinic_file_is_held_to_the_same_contrast(session: Session) -> None:
    organisation = make_organisation(session, brand={"primary": "#ffcc00"})
    with pytest.raises(HardToRead, match="is needed"):
        branding.settle(session)
    organisation.brand = {"scale": "huge"}
    with pytest.raises(Invalid, match=r"^brand\.scale: "):
        branding.settle(session)


def test_type_and_ground_are_chosen_by_name_and_stay_when_only_colours_change(
    session: Session,
) -> None:
    organisation = make_organisation(session)
    owner = make_user(session)
    colours = {"primary": "#1d5c63", "accent": "#e8c07d"}
    branding.paint(session, actor=owner, **colours, page="mist", scale="large", headings="sans")
    branding.paint(session, actor=owner, primary="#7a1f5c", accent="#f2c14e")
    brand = Brand.of(organisation.brand)
    assert (brand.page, str(brand.scale.text)) == (
        "#e8eef0",
        "font-size: 19px; line-height: 30px",
    )
    assert brand.heading_face.startswith("-apple-system")


def test_the_footer_says_what_is_set_once_for_every_message(session: Session) -> None:
    version = rendering.make_letter(session, {"type": "header"})
    page = SocialLink(name="Instagram", url="https://social.example.com/renew")
    footer = Footer(
        about="Ketamine care in Austin.",
        licence="Licensed in Texas, no. EX-4411.",
        reason="You asked us for this letter.",
        social=(page,),
    )
    branding.write_footer(session, actor=make_user(session), footer=footer)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.before) == ("change footer", {})
    content = freeze(session, version).content
    for twin in (content["html"], content["text"]):
        for words in (footer.about, footer.licence, footer.reason, "Instagram"):
            assert words in twin
    assert "https://social.example.com/renew" in [each["url"] for each in content["links"]]
    branding.write_footer(session, actor=make_user(session), footer=Footer())
    assert "footer" not in queries.organisation(session).brand


def test_a_new_brand_leaves_frozen_messages_as_they_were(session: Session) -> None:
    version = rendering.make_newsletter(session, "education")
    program = freeze(session, version)
    before = (program.content_hash, program.content["html"])
    owner = make_user(session)
    branding.paint(session, actor=owner, primary="#7a1f5c", accent="#f2c14e", scale="large")
    branding.write_footer(session, actor=owner, footer=Footer(about="Somewhere else now."))
    session.expire_all()
    again = freeze(session, version)
    assert (again.content_hash, again.content["html"]) == before
    assert "#7a1f5c" not in before[1]
    later = make_version(session, make_campaign(session), blocks=version.blocks)
    assert "#7a1f5c" in freeze(session, later).content["html"]


def test_only_an_owner_writes_the_footer(session: Session) -> None:
    with pytest.raises(NotAllowed):
        branding.write_footer(
            session, actor=make_user(session, Role.COORDINATOR), footer=Footer(about="x")
        )

"""Rich text that staff write leads to whole web addresses, mail programs and telephones only."""

import pytest

from campaigns.planning.richtext import sanitise


@pytest.mark.parametrize(
    "href",
    [
        "//evil.example",
        "//evil.example/page",
        "/page",
        "page.html",
        "#top",
        "?next=1",
        "HTTP://x@evil.example",
        "mailto://evil.example",
        "tel:",
    ],
)
def test_rich_text_leads_nowhere_that_depends_on_where_it_is_read(href: str) -> None:
    with pytest.raises(ValueError, match=r"web address|characters"):
        sanitise(f'<p><a href="{href}">Read</a></p>')


@pytest.mark.parametrize(
    "href", ["https://example.com/a?b=1&amp;c=2", "mailto:desk@example.com", "tel:+15550100"]
)
def test_rich_text_may_lead_to_a_page_a_mailbox_or_a_telephone(href: str) -> None:
    text = f'<p><a href="{href}">Read</a></p>'
    assert sanitise(text) == text


def test_a_script_in_a_link_is_taken_out() -> None:
    assert "javascript" not in sanitise('<p><a href="javascript:alert(1)">Read</a></p>')

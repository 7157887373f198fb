"""Pictures of other hosts in a pasted page: which there are, and ours in their place."""

import pytest

from campaigns import public_urls
from campaigns.rendering.foreign import pasted, remote
from campaigns.rendering.foreign.remote import Remote

A, B = "https://cdn.example.com/a.png", "https://cdn.example.com/b.jpg?w=2&amp;h=1"
OURS = public_urls.asset("pictures/00112233445566778899.png")
PAGE = f"""<style>.x {{ background-image: url('{A}?s') }}</style>
<table class="x" background="https://img.example.org/back.gif"><tr><td>
<img src="{A}" alt="A room" width="320"><a href="{A}">Large</a>
<img src={A} alt="">
<td style="background:url({B})">x</td>
<img src="{OURS}" alt="Ours"><img src="data:image/gif;base64,R0lGOD" alt="Within">
<img src="https://list-manage.com/track/open.php?u=1" width="1" height="1">
</td></tr></table>"""


def found(source: str) -> tuple[Remote, ...]:
    return remote.pictures(source, language="en", direction="ltr")


def test_each_picture_of_another_host_is_named_once_with_its_words_and_its_line() -> None:
    assert [(each.address, each.alt, each.width, each.line) for each in found(PAGE)] == [
        (f"{A}?s", "", 600, 1),
        ("https://img.example.org/back.gif", "", 600, 2),
        (A, "A room", 320, 3),
        (B.replace("&amp;", "&"), "", 600, 5),
    ]


def test_the_report_counts_no_picture_of_ours() -> None:
    told = [each.what for each in pasted.read(PAGE).changes if "loaded from" in each.what]
    assert "1 picture is loaded from img.example.org" in told
    assert not any("localhost" in each or "clinic" in each for each in told)
    assert pasted.read(f'<p>x</p><img src="{OURS}" alt="y">').changes == (
        pasted.read('<p>x</p><img src="data:image/gif;base64,R0lGOD" alt="y">').changes
    )


def test_ours_takes_its_place_wherever_it_is_shown_and_links_stay() -> None:
    page = remote.replaced(PAGE, A, OURS)
    assert page.count(OURS) == 3
    assert f'href="{A}"' in page
    assert f"url('{A}?s')" in page
    page = remote.replaced(page, B.replace("&amp;", "&"), OURS)
    assert f"background:url({OURS})" in page
    assert [each.address for each in found(page)] == [
        f"{A}?s",
        "https://img.example.org/back.gif",
    ]


@pytest.mark.parametrize("wide", ["100%", "auto", "0", "9999", "", "640px"])
def test_a_picture_is_never_wider_than_the_message(wide: str) -> None:
    [one] = found(f'<p>x</p><img src="{A}" alt="y" width="{wide}">')
    assert one.width == 600


def test_a_field_in_the_words_of_a_picture_is_left_out() -> None:
    [one] = found(f'<p>x</p><img src="{A}" alt="For *|FNAME|* alone">')
    assert one.alt == "For … alone"

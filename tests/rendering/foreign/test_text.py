"""The text twin of a page from elsewhere reads like a letter."""

import pytest

from campaigns.rendering.foreign import text


def written(body: str) -> str:
    return text.written(f"<html><head><title>T</title></head><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<h1>News</h1><h2>Two</h2><p>Text</p>", "News\n====\n\nTwo\n---\n\nText"),
        ("<h2><br></h2><p>a</p>", "a"),
        ("<p>a<br>b</p>tail", "a\nb\n\ntail"),
        ("<ul><li>one</li><li>two<ul><li>in</li></ul></li><li></li></ul>",
         "- one\n- two\n  - in"),
        ("<ol><li>one</li><li><p>two</p><p>more</p></li></ol>", "1. one\n2. two\n   more"),
        ("<p>See <a href='https://x.example.com'>the page</a>.</p>",
         "See the page:\nhttps://x.example.com"),
        ("<a href='https://x.example.com'>https://x.example.com</a>", "https://x.example.com"),
        ("<a href='https://x.example.com'><img alt='A hill' src='a'></a>",
         "A hill:\nhttps://x.example.com"),
        ("<a href='https://x.example.com'><h3>Big</h3><p>words</p></a>",
         "Big words:\nhttps://x.example.com"),
        ("<a href='mailto:a@example.com?subject=x'>Write</a>", "Write (a@example.com)"),
        ("<a href='mailto:a@example.com'>a@example.com</a>", "a@example.com"),
        ("<a href='tel:+15550100'>+1 555 0100</a> <a>none</a>", "+1 555 0100 none"),
        ("<table><tr><td><p>Left</p></td><td>Right</td></tr></table>", "Left\n\nRight"),
        ("<table><caption>Hours</caption><tr><th>Day</th><th>From</th></tr>"
         "<tr><td>Monday</td><td>8 <b>am</b></td></tr><tr></tr></table>",
         "Hours\nDay | From\nMonday | 8 am"),
        ("<table role='presentation'><tr><th>A</th><th>B</th></tr></table>", "A\n\nB"),
        ("<hr><blockquote><p>Said</p></blockquote>", "-" * 24 + "\n\n> Said"),
        ("<p style='display: none'>x</p><p>a<span style='mso-hide:all'>b</span></p>", "a"),
        ("<p>a\u200c\u00a0 \u00ad b</p><style>p{}</style><!-- c -->", "a b"),
        ("<map><area alt='x' href='https://x.example.com'></map><p>a</p>", "a"),
        ("<p><span>in <div>a block</div> line</span></p>", "in\n\na block\n\nline"),
        ("<pre>\nMon   8 am\n  Tue\u200c 9 <b>am</b>  \n\n\tor\r\ncall<br>us\n</pre><p>a</p>",
         "Mon   8 am\n  Tue 9 am\n\n    or\ncall\nus\n\na"),
        ("<blockquote><pre>one\ntwo</pre></blockquote><pre> </pre>", "> one\n> two"),
        ("<pre>kept</pre><dl><dt>Term</dt><dd>What it is</dd></dl>", "kept\n\nTerm\n\nWhat it is"),
    ],
)  # fmt: skip
def test_a_page_is_read_out_line_by_line(body: str, said: str) -> None:
    assert written(body) == said


def test_lines_are_broken_at_72_columns_but_addresses_are_not() -> None:
    address = "https://x.example.com/" + "a" * 90
    lines = written(f"<p>{'word ' * 40}<a href='{address}'>here it is</a></p>").split("\n")
    assert address in lines
    assert max(len(each) for each in lines if each != address) <= 72


def test_a_page_of_nothing_has_no_text() -> None:
    assert written("") == ""

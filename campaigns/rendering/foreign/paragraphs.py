"""How large the words of a pasted page are set, so that ours below it are no smaller."""

import math
import re

_SIZE = re.compile(r"<p\b[^>]*?\bfont-size:\s*(\d{1,3}(?:\.\d+)?)px", re.IGNORECASE)


def paragraph_size(page: str) -> int:
    """The size in pixels of most paragraphs of an inlined page; 0 where none says one."""
    sizes = sorted(float(each) for each in _SIZE.findall(page))
    return math.ceil(sizes[len(sizes) // 2]) if sizes else 0

"""What it was worth: the waterfall, the funnel, and what must always add up."""

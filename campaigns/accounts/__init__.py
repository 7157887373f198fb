"""Who runs it: the clinic, its people, what each may do, and what they did."""

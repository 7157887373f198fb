"""Parts are killed in the middle of a send; the invariants hold."""

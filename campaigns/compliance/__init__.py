"""May it go out: every check, its findings, and the gate that asks for signatures."""

"""Who may be written to: contacts, their consent, suppressions and segments."""

"""What came of it: booking requests, their quotes, codes redeemed and credit given."""

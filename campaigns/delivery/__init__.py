"""Once to each, to the mail server: deliveries, batches, leases and answers."""

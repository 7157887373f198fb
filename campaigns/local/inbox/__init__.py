"""The development inbox: keeps what the demo sends and shows it; nothing leaves the machine."""

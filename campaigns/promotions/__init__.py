"""What is on offer: packages, their prices, promotions, codes and free slots."""

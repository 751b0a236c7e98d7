"""What needs torch: networks, losses, and the loop that trains them."""

"""The four stages, pure; and the two engines that run them."""

"""Which accounts: filters and the index that answers them."""

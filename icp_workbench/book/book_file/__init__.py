"""NAME.book.yaml: how a book was read, remembered beside the data."""

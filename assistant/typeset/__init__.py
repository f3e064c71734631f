"""What stands where on a page -> one text that reads on: from characters up to paragraphs."""

"""From files and addresses to passages with exact spans."""

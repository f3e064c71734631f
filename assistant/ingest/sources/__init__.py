"""Files of folders and pages of the web that are to be indexed."""

"""What is kept of documents: SQLite, which is the truth, and vectors in Chroma."""

"""Embedding models: the local MiniLM, static vectors, OpenAI-compatible servers."""

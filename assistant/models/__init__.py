"""Prompts, embeddings and chat models."""

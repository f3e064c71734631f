"""Chat models: llama.cpp on this machine and OpenAI-compatible servers."""

"""Bytes of one format -> documents, a module a format; see `assistant.extraction`.

None knows of another, and each loads the library it needs when it is first used.
"""

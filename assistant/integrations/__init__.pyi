from .llamaindex.citation import CitationEngine as CitationEngine

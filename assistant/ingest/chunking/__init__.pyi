from .blocks import Block as Block
from .blocks import blocks_of as blocks_of
from .blocks import is_row as is_row
from .blocks import plain as plain
from .passages import embedded_text as embedded_text
from .passages import segment as segment
from .passages import split_sentences as split_sentences
from .sentences import sentence_spans as sentence_spans

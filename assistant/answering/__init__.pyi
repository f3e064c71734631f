from .answer import MOST_CHARACTERS as MOST_CHARACTERS
from .answer import Answerer as Answerer
from .draft_parser import read_draft as read_draft
from .draft_parser import typed_draft as typed_draft
from .verify import Verifier as Verifier

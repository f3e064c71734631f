from .answer import MOST_CHARACTERS as MOST_CHARACTERS
from .answer import Answerer as Answerer
from .draft_parser import typed_draft as typed_draft
from .verify import Verifier as Verifier
from .workspace import SERVER_EVIDENCE_TOKENS as SERVER_EVIDENCE_TOKENS
from .workspace import Notify as Notify
from .workspace import Workspace as Workspace

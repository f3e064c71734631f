from .evidence import EVIDENCE_PASSAGES as EVIDENCE_PASSAGES
from .evidence import Found as Found
from .evidence import Retriever as Retriever
from .evidence_selection import leans as leans
from .given import GivenPassages as GivenPassages

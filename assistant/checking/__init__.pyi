from .authors import heard as heard
from .check import Check as Check
from .citation_selection import appraised as appraised
from .citation_selection import ground as ground
from .citation_selection import remoteness as remoteness
from .comparison import Likeness as Likeness
from .judge import Judge as Judge
from .judge import ModelJudge as ModelJudge

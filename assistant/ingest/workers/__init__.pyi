from .events import Closed as Closed
from .events import Cut as Cut
from .events import Event as Event
from .events import Job as Job
from .events import Opened as Opened
from .events import Unchanged as Unchanged
from .pool import ReadingPool as ReadingPool

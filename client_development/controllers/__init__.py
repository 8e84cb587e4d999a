from . import plan_sign
from . import survey

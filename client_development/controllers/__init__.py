from . import export_text
from . import plan_sign
from . import survey
from . import survey_link

from . import base_partner_merge
from . import client_plan_close
from . import client_plan_line_cancel
from . import client_segment_change
from . import client_survey_call
from . import client_survey_call_line

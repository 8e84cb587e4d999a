from . import client_acquisition
from . import client_enquiry
from . import client_enquiry_query
from . import client_fact_category
from . import client_fact_category_records
from . import client_stage_passage

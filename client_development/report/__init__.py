from . import client_development_time
from . import client_development_time_query
from . import client_development_time_records
from . import client_development_time_share
from . import client_fact_category
from . import client_fact_category_records

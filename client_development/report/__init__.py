from . import client_fact_category
from . import client_fact_category_records
from . import client_lookalike
from . import client_portrait

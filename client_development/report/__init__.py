from . import client_fact_category
from . import client_fact_category_records
from . import client_indicator_figure

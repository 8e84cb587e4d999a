from . import client_fact_category
from . import client_fact_category_records
from . import client_wallet_grid
from . import client_wallet_grid_edit

from . import client_fact_category

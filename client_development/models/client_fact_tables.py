"""The temporary tables of one refresh; each session has its own."""

from odoo.tools import SQL

#: Ids of the clients that are worked out, when it is not all of them.
TODO = SQL.identifier("client_fact_todo")
#: Sales per client and bucket (see client_fact_period.py).
BUCKETS = SQL.identifier("client_fact_buckets")
#: What was bought per client and period (see client_fact_query_lines.py).
ASSORTMENT = SQL.identifier("client_fact_assortment")
#: One row per client; columns are named like the fields.
STAGE = SQL.identifier("client_fact_stage")
#: One row per classed client: ABC class and RFM scores.
RANKS = SQL.identifier("client_fact_ranks")
#: What differs from what is stored, numbered.
CHANGES = SQL.identifier("client_fact_changes")
#: Clients whose closed months may have changed.
SUSPECTS = SQL.identifier("client_fact_suspects")
TEMPORARY_TABLES = (TODO, BUCKETS, ASSORTMENT, STAGE, RANKS, CHANGES, SUSPECTS)

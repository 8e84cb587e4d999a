from datetime import date, datetime, time

from odoo import Command
from odoo.tests import TransactionCase, new_test_user, tagged

GROUP = "client_development.group_client_"


@tagged("post_install", "-at_install")
class ClientCase(TransactionCase):
    """Two companies, two sales teams and one user per role.

    ``salesperson`` works in ``team`` (led by ``leader``), ``salesperson2`` in
    ``team2`` (led by ``leader2``), both in ``company``. ``outsider`` is an employee
    without any sales right. ``client`` belongs to ``salesperson``, ``client2`` to
    ``salesperson2``; ``client_foreign`` to ``company2``. Nothing depends on demo data.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "tracking_disable": True,
                "no_reset_password": True,
                "mail_notrack": True,
            }
        )
        calendar = cls.env["resource.calendar"].create(
            {"name": "Five days, UTC", "tz": "UTC"}
        )
        currency = cls.env.ref("base.EUR")
        currency.active = True
        cls.company = cls.env["res.company"].create(
            {
                "name": "Northern Fasteners",
                "currency_id": currency.id,
                "client_survey_start_date": date(2026, 1, 1),
                "client_survey_condition": "confirmed",
            }
        )
        cls.company.resource_calendar_id = calendar
        # Cases about signatures, or about one call for several orders, switch them on.
        cls.company.client_signoff_other = False
        cls.company.client_survey_group_days = 0
        cls.company2 = cls.env["res.company"].create(
            {
                "name": "Southern Fasteners",
                "currency_id": currency.id,
                "client_survey_start_date": date(2026, 1, 1),
                "client_survey_condition": "confirmed",
            }
        )
        cls.env.user.company_ids |= cls.company | cls.company2
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.leader = cls._new_user("cd_leader", GROUP + "leader")
        cls.leader2 = cls._new_user("cd_leader2", GROUP + "leader")
        cls.salesperson = cls._new_user("cd_salesperson", GROUP + "user")
        cls.salesperson2 = cls._new_user("cd_salesperson2", GROUP + "user")
        cls.manager = cls._new_user("cd_manager", GROUP + "manager")
        cls.outsider = cls._new_user("cd_outsider", "base.group_user")
        cls.team = cls._new_team("Team North", cls.leader, cls.salesperson)
        cls.team2 = cls._new_team("Team East", cls.leader2, cls.salesperson2)
        cls.client = cls._new_client("Azure Joinery", cls.salesperson)
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Vera Holm",
                "parent_id": cls.client.id,
                "phone": "+49 30 1234567",
                "email": "vera@azure.example",
            }
        )
        cls.client2 = cls._new_client("Birch Works", cls.salesperson2)
        cls.client_foreign = cls.env["res.partner"].create(
            {
                "name": "Cedar Foreign",
                "is_company": True,
                "company_id": cls.company2.id,
            }
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Screw 5×40", "list_price": 10.0, "type": "consu"}
        )
        cls.segment_key = cls.env.ref("client_development.client_segment_key")
        cls.segment_standard = cls.env.ref("client_development.client_segment_standard")

    @classmethod
    def _new_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            tz="UTC",
        )

    @classmethod
    def _new_team(cls, name, leader, members):
        return cls.env["crm.team"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "user_id": leader.id,
                "member_ids": [Command.set(members.ids)],
            }
        )

    @classmethod
    def _new_client(cls, name, user):
        """Return a client of ``company`` with his row in the working list."""
        client = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": user.id}
        )
        cls.env["client.fact"]._ensure(client)
        return client

    @classmethod
    def _create_order(
        cls, partner=None, user=None, day=None, confirm=True, quantity=2.0, **values
    ):
        """Return an order of ``partner`` with one line, dated noon UTC of ``day``."""
        moment = datetime.combine(day or date(2026, 3, 2), time(12))
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.contact).id,
                "company_id": cls.company.id,
                "user_id": (user or cls.salesperson).id,
                "date_order": moment,
                "order_line": [
                    Command.create(
                        {"product_id": cls.product.id, "product_uom_qty": quantity}
                    )
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
            order.date_order = moment  # confirmation stamps the present
        return order

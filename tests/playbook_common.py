from odoo import Command

from .plan_common import PlanCase


class PlaybookCase(PlanCase):
    """A playbook for clients with one objective and three actions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env.ref(
            "client_development.client_plan_section_kind_qualification"
        )
        cls.function = cls.env["client.plan.function"].create(
            {"name": "Head of logistics", "user_id": cls.outsider.id}
        )
        cls.template = cls._new_template()
        cls.row_objective = cls.template.objective_ids
        cls.row_ask, cls.row_offer, cls.row_check = cls.template.line_ids
        cls.row_ask.objective_id = cls.row_objective

    @classmethod
    def _new_template(cls, **values):
        return cls.env["client.plan.template"].create(
            {
                "name": "Grow",
                "scope": "client",
                "objective_ids": [
                    Command.create({"indicator_id": cls.indicator.id, "target": 40.0})
                ],
                "line_ids": [
                    Command.create(
                        {
                            "name": "Ask for the yearly demand",
                            "section_kind_id": cls.kind.id,
                            "finds_out": True,
                            "action_type": "call",
                            "result": "Demand by product group is written down",
                            "start_days": 1,
                            "deadline_days": 5,
                            "planned_hours": 2.0,
                        }
                    ),
                    Command.create(
                        {
                            "name": "Offer the second group",
                            "role": "salesperson",
                            "deadline_days": 10,
                            "sequence": 20,
                        }
                    ),
                    Command.create(
                        {
                            "name": "Check the stock",
                            "role": "leader",
                            "deadline_days": 15,
                            "sequence": 30,
                        }
                    ),
                ],
                **values,
            }
        )

    @classmethod
    def _apply(cls, plan, template=None, user=None, **options):
        user = user or cls.salesperson
        template = (template or cls.template).with_user(user)
        return template._apply(plan.with_user(user), **options)

from datetime import date, timedelta

from odoo import Command

from .common import ClientCase

TODAY = date(2026, 3, 2)  # a Monday


class PlanCase(ClientCase):
    """A plan of ``client`` owned by ``salesperson``, on Monday 2 March 2026.

    The cases run as ordinary users, with the company's clock set by the context.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "client_today": TODAY})
        cls.company = cls.company.with_env(cls.env)
        # The cases about the quality gate ask for more than what, who, when.
        cls.company.client_full_gate = "never"
        # Counted by hand: their values are what the cases enter.
        cls.indicator, cls.indicator2 = cls.env["client.indicator"].create(
            [
                {"name": "Share of wallet", "code": "test_share", "unit": "percent"},
                {"name": "Positions", "code": "test_positions", "unit": "count"},
            ]
        )
        cls.plan = cls._new_plan()
        cls.line = cls._new_line(cls.plan, "Call the head of purchasing")

    @classmethod
    def _new_plan(cls, user=None, **values):
        user = user or cls.salesperson
        return (
            cls.env["client.plan"]
            .with_user(user)
            .create({"partner_id": cls.client.id, **values})
            .sudo(False)
        )

    @classmethod
    def _new_line(cls, plan, name="Send the price list", **values):
        return plan.env["client.plan.line"].create(
            {
                "plan_id": plan.id,
                "name": name,
                "date_deadline": TODAY + timedelta(days=7),
                **values,
            }
        )

    @classmethod
    def _new_objective(cls, plan, **values):
        return plan.env["client.plan.objective"].create(
            {
                "plan_id": plan.id,
                "indicator_id": cls.indicator.id,
                "baseline": 20.0,
                "target": 40.0,
                **values,
            }
        )

    @classmethod
    def _close(cls, plan, mode="close", **values):
        """End the plan; what was missed for a reason from the list."""
        cause = cls.env.ref("client_development.client_plan_slip_reason_competitor")
        if mode == "close":
            values.setdefault("reason_id", cause.id)
        wizard = plan.env["client.plan.close"].create(
            {"plan_id": plan.id, "mode": mode, **values}
        )
        wizard.objective_ids.reason_id = cause
        return wizard.action_confirm()

    @classmethod
    def _rework(cls, lines, remark="The minutes are missing"):
        action = lines.action_rework()
        wizard = lines.env[action["res_model"]].with_context(**action["context"])
        return wizard.create({"remark": remark}).action_return()

    @classmethod
    def _as(cls, record, user):
        return record.with_user(user)

    @classmethod
    def _set_today(cls, record, day):
        return record.with_context(client_today=day)

    @classmethod
    def _specification(cls, model, node):
        """What the browser asks for: the fields of the view, also of its lists."""
        spec = {}
        for field in node.iterfind(".//field"):
            parents = [a for a in field.iterancestors("field") if a is not node]
            if parents:
                continue
            name = field.get("name")
            column = model._fields[name]
            if column.type in ("one2many", "many2many"):
                sub = {}
                for arch in field:
                    sub |= cls._specification(model.env[column.comodel_name], arch)
                spec[name] = {"fields": sub or {"display_name": {}}}
            elif column.type == "many2one":
                spec[name] = {"fields": {"display_name": {}}}
            else:
                spec[name] = {}
        return spec

    @classmethod
    def _participants(cls, *users):
        return [Command.set([user.id for user in users])]

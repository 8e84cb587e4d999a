from odoo import api, models
from odoo.exceptions import UserError

# What keeps the name of a user: model and fields.
USER_TRACES = (
    ("client.plan.line", ("user_id", "done_uid", "accepted_uid")),
    ("client.plan", ("user_id", "controller_id", "closed_uid")),
    ("client.plan.objective", ("user_id", "current_user_id")),
    ("client.plan.review", ("user_id",)),
    ("client.plan.slip", ("user_id", "author_id")),
    ("client.plan.signoff", ("user_id",)),
    ("client.plan.handover", ("user_id", "new_user_id")),
)


class ResUsers(models.Model):
    """Who leaves hands over; who has worked on plans is archived, not deleted."""

    _inherit = "res.users"

    def write(self, vals):
        """Hand over the open duties in development plans of users who leave."""
        leaving = self.browse()
        if "active" in vals and not vals["active"]:
            leaving = self.filtered("active")
        res = super().write(vals)
        if leaving:
            self.env["client.plan"].sudo()._hand_over_from(leaving.sudo())
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_plans(self):
        """The database would refuse, too, or forget who did it: say it in words."""
        for model, names in USER_TRACES:
            domain = [
                *["|"] * (len(names) - 1),
                *[(name, "in", self.ids) for name in names],
            ]
            record = self.env[model].sudo().search(domain, limit=1)
            if record:
                raise UserError(
                    self.env._(
                        "%(users)s: development plans name this user (for example in"
                        " “%(record)s”), and that stays. Archive the user instead: open"
                        " actions then go to the team leader.",
                        users=", ".join(self.mapped("name")),
                        record=record.display_name,
                    )
                )

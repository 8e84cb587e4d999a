from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, Query


class ClientPlan(models.Model):
    """Who has to do with a plan: its members, its signers, its followers."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    member_ids = fields.Many2many(
        comodel_name="res.users",
        string="Members",
        compute="_compute_member_ids",
        search="_search_member_ids",
        help="Everyone who is responsible for an action of the plan or takes part in"
        " one.",
    )

    # -- members -------------------------------------------------------------------

    @api.depends("line_ids.user_id", "line_ids.participant_ids")
    def _compute_member_ids(self):
        """Read them past the rules: the rules themselves ask for the members.

        A path through ``line_ids`` would do in a rule, too, but checking it leaves
        actions in the cache that the user may not see, and takes more queries.
        """
        members = {}
        rows = (
            self.env.execute_query(self._get_members_sql(self.ids)) if self.ids else ()
        )
        for plan_id, user_id in rows:
            members.setdefault(plan_id, []).append(user_id)
        for plan in self:
            plan.member_ids = members.get(plan._origin.id, ())

    def _search_member_ids(self, operator, value):
        """Find plans by some of their members; ``False``: without any."""
        members = self._get_members_sql()
        if operator in ("any", "any!"):  # a domain on users, or their name
            if isinstance(value, Domain):
                value = self.env["res.users"]._search(
                    value, bypass_access=operator == "any!"
                )
            users = value.subselect() if isinstance(value, Query) else value
        elif operator == "in":
            # true and false ask for any member or none, not for a certain one
            users = tuple(v for v in value if not isinstance(v, bool)) or (None,)
        else:
            return NotImplemented
        domain = Domain(
            "id",
            "in",
            SQL(
                "(SELECT plan_id FROM (%s) AS member WHERE user_id IN %s)",
                members,
                users,
            ),
        )
        anybody = SQL("(SELECT plan_id FROM (%s) AS member)", members)
        if operator == "in" and any(v is True for v in value):
            domain |= Domain("id", "in", anybody)
        if operator == "in" and any(v is False for v in value):
            domain |= Domain("id", "not in", anybody)
        return domain

    @api.model
    def _get_members_sql(self, plan_ids=None):
        """Return the query for (plan, user) of all members, or of these plans'."""
        line_fields = self.env["client.plan.line"]._fields
        these = SQL()
        if plan_ids is not None:
            these = SQL("WHERE line.plan_id IN %s", tuple(plan_ids))
        return SQL(
            "SELECT line.plan_id, line.user_id FROM client_plan_line line %(these)s"
            " UNION SELECT line.plan_id, part.user_id FROM client_plan_line line"
            " JOIN client_plan_line_participant_rel part ON part.line_id = line.id"
            " %(these)s",
            these=these,
            to_flush=line_fields["user_id"],
        )

    # -- signers and followers -----------------------------------------------------

    def _get_signers(self):
        """Return ``[(name, role)]`` of everyone who signs the printed plan."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state != "cancelled")
        roles = {self.user_id: self.env._("Owner")}
        roles.setdefault(self.controller_id, self.env._("Controller"))
        roles.setdefault(self.sudo().team_id.user_id, self.env._("Team leader"))
        for user in lines.user_id | lines.participant_ids:
            roles.setdefault(user, self.env._("Takes part"))
        return [(user.sudo().name, role) for user, role in roles.items() if user]

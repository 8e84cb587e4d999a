from markupsafe import Markup

from odoo import models


class ClientSelfCheck(models.TransientModel):
    """Every answer opens the records from which it was computed."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.self.check"

    def _open(self, name, model, domain, views=("list", "kanban", "form"), **values):
        """Return the window with the records of ``domain``."""
        self.ensure_one()
        self.check_access("read")
        list_view = values.pop("list_view", None)
        empty = self.env._("There is nothing behind this figure.")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [
                (self.env.ref(list_view).id if list_view and k == "list" else False, k)
                for k in views
            ],
            "mobile_view_mode": "kanban" if "kanban" in views else "list",
            "domain": list(domain),
            "context": {"create": False},
            "help": Markup("<p class='o_view_nocontent_empty_folder'>%s</p>") % empty,
            **values,
        }

    # -- plans -------------------------------------------------------------------------

    def action_view_objectives(self):
        """Open the objectives of the running plans."""
        return self._open(
            self.env._("Objectives"),
            "client.plan.objective",
            self._get_objective_domain(),
        )

    def action_view_unused(self):
        """Open the indicators that no objective uses."""
        used = self.env["client.plan.objective"]._read_group(
            self._get_objective_domain(), [], ["indicator_id:recordset"]
        )[0][0]
        return self._open(
            self.env._("Indicators not Used"),
            "client.indicator",
            self._get_unused_domain(used),
            views=("list", "form"),
        )

    def action_view_aimless(self):
        """Open the running plans without an objective."""
        return self._open(
            self.env._("Plans without an Objective"),
            "client.plan",
            self._get_aimless_domain(),
        )

    def action_view_month_goals(self):
        """Open the goals until the end of next month."""
        return self._open(
            self.env._("Goals of Next Month"),
            "client.plan.objective",
            self._get_goal_domain(self._get_goal_days()[1]),
        )

    def action_view_year_goals(self):
        """Open the goals of the year ahead."""
        return self._open(
            self.env._("Goals of the Year Ahead"),
            "client.plan.objective",
            self._get_goal_domain(self._get_goal_days()[2]),
        )

    def action_view_late_goals(self):
        """Open the goals whose deadline has passed."""
        return self._open(
            self.env._("Goals past their Deadline"),
            "client.plan.objective",
            self._get_late_domain(),
        )

    # -- time --------------------------------------------------------------------------

    def action_view_time(self):
        """Open the hours for clients."""
        return self._open(
            self.env._("Development Time"),
            "client.development.time",
            self._get_time_domain(),
            views=("list", "graph", "pivot", "kanban"),
        )

    def action_view_blank(self):
        """Open the done actions without hours."""
        return self._open(
            self.env._("Actions without Hours"),
            "client.plan.line",
            self._get_blank_domain(),
        )

    # -- clients -----------------------------------------------------------------------

    def _open_clients(self, name, domain):
        return self._open(
            name,
            "client.fact",
            self._get_fact_domain() & domain,
            list_view="client_development.client_fact_view_list_potential",
            views=("list", "kanban", "form", "pivot", "graph"),
        )

    def action_view_key(self):
        """Open the clients of class A."""
        return self._open_clients(
            self.env._("Clients of Class A"), self._get_class_domain(True)
        )

    def action_view_key_unknown(self):
        """Open the clients of class A whose potential is unknown."""
        return self._open_clients(
            self.env._("Class A, Potential Unknown"),
            self._get_class_domain(True) & self._get_known_domain(False),
        )

    def action_view_others(self):
        """Open the other clients whose potential is known, the largest gap first."""
        return self._open_clients(
            self.env._("Untapped Potential"),
            self._get_class_domain(False) & self._get_known_domain(True),
        )

    def action_view_others_unknown(self):
        """Open the other clients whose potential is unknown, the largest first."""
        return self._open_clients(
            self.env._("Potential Unknown"),
            self._get_class_domain(False) & self._get_known_domain(False),
        )

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientPlanObjective(models.Model):
    """Whom an objective counts, and the records behind its value."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.objective"

    joined_value = fields.Float(
        string="Value of Joiners",
        compute="_compute_joined_value",
        help="The same figure of the clients who have joined since the start. They do"
        " not count in the current value.",
    )
    client_count = fields.Integer(
        string="Clients Counted",
        compute="_compute_client_counts",
        help="The clients whom the current value is counted over.",
    )
    left_count = fields.Integer(
        string="Left since",
        compute="_compute_client_counts",
        help="Of the clients of the start, those who no longer belong to the plan's"
        " scope. They stay counted.",
    )
    joined_count = fields.Integer(
        string="Joined since",
        compute="_compute_client_counts",
        help="Clients who have joined the plan's scope since the start. They are not"
        " counted.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("plan_id", "population_id", "is_frozen")
    def _compute_client_counts(self):
        """Of what is stored only: a form may hold any list."""
        measured = self._origin.filtered(lambda o: not o.hand_counted)
        populations = {o: o._get_population() for o in measured}
        self.env.flush_all()
        counts = self.env["client.population"]._count(list({*populations.values()}))
        for objective in self:
            population = populations.get(objective._origin)
            counted, left, joined = counts.get(population, (0, 0, 0))
            objective.client_count = counted
            objective.left_count = left
            objective.joined_count = joined

    @api.depends("plan_id", "population_id", "is_frozen", "indicator_id", "span")
    def _compute_joined_value(self):
        """Worked out when somebody looks: nothing but the form shows it."""
        listed = self._origin.filtered(
            lambda o: o.is_frozen and not o.hand_counted and o.sudo().population_id
        )
        requests = [objective._get_request() for objective in listed]
        figures = self.env["client.indicator"]._measure(
            [
                request._replace(population=request.population._replace(joiners=True))
                for request in requests
            ]
        )
        values = {
            objective: figure.value or 0.0
            for objective, figure in zip(listed, figures, strict=True)
        }
        for objective in self:
            objective.joined_value = values.get(objective._origin, 0.0)

    # -- actions -------------------------------------------------------------------

    def action_view_records(self):
        """Open the records from which the current value was counted."""
        self.ensure_one()
        self.check_access("read")
        if self.hand_counted:
            raise UserError(
                self.env._(
                    "“%(objective)s” is counted by a person: there are no records"
                    " behind it.",
                    objective=self.name,
                )
            )
        request = self._get_request()
        return self.indicator_id._open_records(
            request.population, request.span, request.chosen_id, title=self.name
        )

    def action_view_counted(self):
        """Open the clients whom the value is counted over."""
        self.ensure_one()
        self.check_access("read")
        indicators = self.env["client.indicator"]
        return indicators._get_window(
            "client.fact",
            indicators._get_client_domain(self._get_population()),
            self.env._("Clients: %s", self.name),
        )

    def action_view_joined(self):
        """Open the clients who have joined the scope since the start."""
        self.ensure_one()
        self.check_access("read")
        population = self._get_population()
        indicators = self.env["client.indicator"]
        domain = indicators._get_client_domain(population.live)
        if population.list_id:
            domain &= ~indicators._get_client_domain(population)
        return indicators._get_window(
            "client.fact", domain, self.env._("Joined since: %s", self.name)
        )

class Cast:
    """Who plays which role of a playbook in each of some plans.

    Reads past the rules, once for all plans: the roles of a plan that the user may
    change are no secret to him. Somebody who has left, or who does not work in the
    company of the plan, plays no role: the next in line does.
    """

    def __init__(self, plans):
        plans = plans.sudo()
        self.current = plans.env.user
        facts = plans.env["client.fact"].search_fetch(
            [
                ("partner_id", "in", plans.partner_id.ids),
                ("company_id", "in", plans.company_id.ids),
            ],
            ["partner_id", "company_id", "user_id", "developer_id"],
        )
        self.facts = {(fact.partner_id, fact.company_id): fact for fact in facts}

    def get_user(self, plan, row):
        """Return who does the action ``row`` of a playbook in ``plan``."""
        plan = plan.sudo()
        company = plan.company_id
        if row.role == "function":
            return row.function_id._get_holder(company)
        return self.pick(company, *self.get_line(plan, row.role)) or self.current

    def get_line(self, plan, role):
        """Return who plays the role, then who stands in for him, and so on."""
        empty = plan.env["client.fact"]
        fact = self.facts.get((plan.partner_id, plan.company_id), empty)
        salesperson = fact.user_id or plan.partner_id.user_id
        return {
            "owner": (),
            "salesperson": (salesperson,),
            "developer": (fact.developer_id, salesperson),
            "leader": (plan.team_id.user_id,),
            "controller": (plan.controller_id, plan.team_id.user_id),
        }[role] + (plan.user_id,)

    def pick(self, company, *users):
        """Return the first of the users who still works in the company."""
        for user in users:
            if user.active and not user.share and company in user.company_ids:
                return user
        return self.current.browse()

from odoo import api, models


class ClientDemo(models.AbstractModel):
    """Demo data of sign-off: objections, awaited signatures, a second version."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.demo"

    @api.model
    def _sign_plan(self, plan, users=None):
        """Freeze a plan and let everyone named sign it, or only these users."""
        if plan.state in ("draft", "discussion"):
            plan.write({"state": "signoff"})
        for word in plan.signoff_ids.filtered(lambda word: word.state == "waiting"):
            if users is None or word.user_id in users:
                word.with_user(word.user_id)._sign(word.version_id.snapshot_hash)

    @api.model
    def _request_signatures(self, plan_id, user_ids):
        """Freeze a plan; only these users have signed so far."""
        plan = self.env["client.plan"].browse(plan_id)
        self._sign_plan(plan, self.env["res.users"].browse(user_ids))

    @api.model
    def _object_to_plan(self, plan_id, user_id, text, answer=None):
        """Let a user object to a plan; its owner may have answered."""
        plan = self.env["client.plan"].browse(plan_id)
        word = plan.with_user(user_id)._object(text)
        if answer:
            word.with_user(plan.user_id)._answer(answer)

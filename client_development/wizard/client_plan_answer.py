from odoo import fields, models


class ClientPlanAnswer(models.TransientModel):
    """Answer objections, or say why somebody is not asked any more to sign."""

    _name = "client.plan.answer"
    _description = "Answer an Objection"

    signoff_ids = fields.Many2many(
        comodel_name="client.plan.signoff",
        required=True,
        readonly=True,
        help="The objections that are answered, or the people who are not asked any"
        " more.",
    )
    objections = fields.Text(
        compute="_compute_objections",
        help="What was objected.",
    )
    mode = fields.Selection(
        selection=[
            ("answer", "Answer"),
            ("remove", "Do not ask any more"),
        ],
        required=True,
        default="answer",
        readonly=True,
        help="An objection is answered; who has left is not asked to sign any more.",
    )
    text = fields.Text(
        string="Answer or Reason",
        required=True,
        help="The answer, or the reason. It stays on the plan.",
    )

    def _compute_objections(self):
        for wizard in self:
            wizard.objections = "\n".join(
                f"{word.signer_name}: {word.objection}"
                for word in wizard.signoff_ids
                if word.objection
            )

    def action_confirm(self):
        """Store the answer or the reason; who may is checked there."""
        self.ensure_one()
        if self.mode == "answer":
            self.signoff_ids._answer(self.text)
        else:
            self.signoff_ids._remove(self.text)
        return {"type": "ir.actions.act_window_close"}

import hashlib
import json

from odoo import api, fields, models

from .client_plan_signoff import WAITING


class ClientPlanVersion(models.Model):
    """A plan as it was frozen for signing: readable, with a fingerprint.

    The snapshot is canonical JSON; the hash (SHA-256) is taken of it, so that anybody
    can check that what was signed is what is shown (product.md A, plan life).
    """

    _name = "client.plan.version"
    _description = "Signed Version of a Plan"
    _inherit = ["client.plan.kept"]
    _order = "plan_id, number desc"
    _rec_name = "number"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The plan that was frozen.",
    )
    plan_name = fields.Char(
        related="plan_id.name",
        string="Name of the Plan",
        help="Shown to everyone who signs, even without access to the plan.",
    )
    plan_state = fields.Selection(
        related="plan_id.state",
        string="Plan Status",
        help="Where the plan stands.",
    )
    company_id = fields.Many2one(
        related="plan_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    number = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="1 is the version that was signed before the start.",
    )
    date = fields.Datetime(
        string="Frozen at",
        required=True,
        readonly=True,
        help="When the version was frozen.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Frozen by",
        readonly=True,
        ondelete="set null",
        help="Who opened the version for signing.",
    )
    snapshot = fields.Json(
        readonly=True,
        help="Technical: the plan as it was, in canonical form.",
    )
    snapshot_hash = fields.Char(
        string="Fingerprint",
        readonly=True,
        help="SHA-256 of the frozen plan: two versions with the same fingerprint are"
        " the same.",
    )
    signoff_ids = fields.One2many(
        comodel_name="client.plan.signoff",
        inverse_name="version_id",
        string="Signatures",
        help="Who has to sign this version, and who has.",
    )
    waiting_count = fields.Integer(
        string="Signatures Awaited",
        compute="_compute_waiting_count",
        help="How many signatures of this version are still awaited.",
    )
    is_genuine = fields.Boolean(
        string="Fingerprint Fits",
        compute="_compute_is_genuine",
        help="The fingerprint was computed again from the frozen plan, and is the same.",
    )

    _number_unique = models.UniqueIndex(
        "(plan_id, number)",
        "Version: somebody else has just opened this version of the plan. Load the plan"
        " again.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._("Version %s", version.number)

    @api.depends("signoff_ids.state")
    def _compute_waiting_count(self):
        for version in self:
            version.waiting_count = len(
                version.signoff_ids.filtered(lambda word: word.state == WAITING)
            )

    @api.depends("snapshot", "snapshot_hash")
    def _compute_is_genuine(self):
        for version in self:
            fingerprint = self._get_fingerprint(version.snapshot)
            version.is_genuine = version.snapshot_hash == fingerprint

    @api.model
    def _get_fingerprint(self, snapshot):
        """Return the SHA-256 of the canonical form: sorted keys, no blanks, UTF-8."""
        text = json.dumps(
            snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()

    # -- buttons -------------------------------------------------------------------

    def action_verify(self):
        """Compute the fingerprint anew and say whether it fits."""
        self.ensure_one()
        self.check_access("read")
        self.invalidate_recordset(["snapshot", "snapshot_hash", "is_genuine"])
        if self.is_genuine:
            kind = "success"
            message = self.env._(
                "The fingerprint fits: version %s is as it was frozen.", self.number
            )
        else:
            kind = "danger"
            message = self.env._(
                "The fingerprint does not fit: version %s was changed in the database"
                " after it had been frozen.",
                self.number,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": kind, "message": message, "sticky": True},
        }

    def action_open_page(self):
        """Open the page on which the version is read and signed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self._get_page_url(),
            "target": "self",
        }

    def action_open_pdf(self):
        """Open the version as PDF, with its signatures."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/client-development/plan/{self.id}/pdf",
            "target": "download",
        }

    def _get_page_url(self):
        self.ensure_one()
        return f"/client-development/plan/{self.id}/sign"

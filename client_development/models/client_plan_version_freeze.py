from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_plan_signoff import WAITING
from .client_plan_version_snapshot import CORE_FIELDS, get_core

# While a plan is in one of these states, its latest version is signed, and a change of
# objectives, dates or signers opens the next one.
SIGNED_STATES = ("signoff", "running")


class ClientPlan(models.Model):
    """Freezing a plan: the version that is signed, and when the next one opens.

    A version that nobody has signed yet is frozen anew under its number; one that
    somebody has signed stays, and the next number opens (product.md A, plan life).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    # -- versions ------------------------------------------------------------------

    def _get_latest_version(self):
        """Return the version with the highest number, if any."""
        self.ensure_one()
        return self.sudo().version_ids.sorted("number")[-1:]

    def _is_being_signed(self):
        """Tell whether the latest version may be signed now."""
        self.ensure_one()
        return self.state in SIGNED_STATES

    def _is_core_changed(self, version):
        """Tell whether the plan says something else than a version of it."""
        self.ensure_one()
        return get_core(version.snapshot) != get_core(self._get_snapshot())

    def _freeze_versions(self):
        """Freeze the plans for signing, with one awaited signature per person named."""
        self.env.flush_all()
        self._lock_records(self, "state")
        Version = self.env["client.plan.version"]._as_system()
        for plan in self.sudo():
            latest = plan._get_latest_version()
            # nobody may sign while the version he reads is put aside
            plan._lock_records(latest, "snapshot_hash")
            plan._lock_records(latest.signoff_ids, "state")
            snapshot = plan._get_snapshot()
            vals = {
                "date": fields.Datetime.now(),
                "user_id": self.env.uid,
                "snapshot": snapshot,
                "snapshot_hash": Version._get_fingerprint(snapshot),
            }
            signed = any(word.date_signed for word in latest.signoff_ids)
            if latest and latest.snapshot_hash == vals["snapshot_hash"]:
                version = latest
            elif latest and not signed:
                version = latest
                latest._as_system().write(vals)
            else:
                latest.signoff_ids._outdate()
                version = Version.create(
                    {**vals, "plan_id": plan.id, "number": latest.number + 1}
                )
            version.sudo()._ask_signers(plan._get_signer_roles())
            plan._log_word(
                self.env._(
                    "Version %(number)s is frozen and waits for its signatures.",
                    number=version.number,
                )
            )

    def _follow_versions(self):
        """Open the next version where what was agreed on has changed.

        Plans without any version, as those started before signatures were asked for,
        are left alone.
        """
        plans = self.sudo().filtered(
            lambda plan: plan.state in SIGNED_STATES and plan.version_ids
        )
        changed = plans.filtered(
            lambda plan: plan._is_core_changed(plan._get_latest_version())
        )
        if changed:
            changed._freeze_versions()

    # -- rules ---------------------------------------------------------------------

    def _check_signoff(self):
        """Nobody is asked to sign what is disputed, or whom the system cannot ask."""
        super()._check_signoff()
        self._check_no_objection()
        self._check_signers()

    def _check_start(self):
        """Everyone named has signed the plan as it is."""
        super()._check_start()
        self._check_no_objection()
        for plan in self.sudo():
            if plan.state != "signoff" and not plan._needs_signoff():
                continue
            version = plan._get_latest_version()
            if plan.state != "signoff" or not version:
                raise UserError(
                    self.env._(
                        "Sign-off: everyone named signs “%(plan)s” before it starts."
                        " Use the button “Request Signatures”.",
                        plan=plan.name,
                    )
                )
            waiting = version.signoff_ids.filtered(lambda word: word.state == WAITING)
            if waiting:
                raise UserError(
                    self.env._(
                        "Sign-off: version %(number)s of “%(plan)s” is not signed by"
                        " %(names)s yet. Remind them; who has left is taken off the"
                        " list by the team leader.",
                        number=version.number,
                        plan=plan.name,
                        names=", ".join(waiting.mapped("signer_name")),
                    )
                )
            if plan._is_core_changed(version):
                raise UserError(
                    self.env._(
                        "Sign-off: “%(plan)s” has changed since it was signed. Take it"
                        " back to discussion and request the signatures again.",
                        plan=plan.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        for plan in self.sudo():
            signed = plan.signoff_ids.filtered("date_signed")
            if signed:
                raise UserError(
                    self.env._(
                        "“%(plan)s” was signed by %(names)s; signatures are kept."
                        " Cancel the plan instead of deleting it.",
                        plan=plan.name,
                        names=", ".join(dict.fromkeys(signed.mapped("signer_name"))),
                    )
                )

    # -- create and write ----------------------------------------------------------

    def write(self, vals):
        """Freeze what is to be signed; ask nobody any more when it is not."""
        freezing = self.browse()
        if vals.get("state") == "signoff":
            freezing = self.filtered(lambda plan: plan.state != "signoff")
        result = super().write(vals)
        if freezing:
            freezing._freeze_versions()
        elif vals.get("state", "running") not in SIGNED_STATES:
            self.sudo().signoff_ids._outdate()
        elif vals.keys() & CORE_FIELDS:
            self._follow_versions()
        return result

    def unlink(self):
        """Refuse before anything of the plan is gone."""
        self.check_access("unlink")
        self._unlink_except_signed()
        return super().unlink()

    # -- buttons -------------------------------------------------------------------

    def action_request_signatures(self):
        """Freeze the plan and ask everyone named to sign it."""
        return self._set_state("signoff")

import binascii
from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .client_plan_signoff import OPEN, WAITING

# Larger drawings are not taken: a signature has a few kilobytes.
MAX_SIGNATURE = 500_000


class ClientPlanSignoff(models.Model):
    """Signing, answering, withdrawing: each checks who is allowed to, and locks.

    Several people may sign one version at the same time. Who freezes a plan anew locks
    the version and its signatures against them, so that nobody signs what he has not
    read (``client_plan_version_freeze.py``).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.signoff"

    # -- computed fields -----------------------------------------------------------

    @api.depends("kind", "state", "user_id")
    @api.depends_context("uid")
    def _compute_rights(self):
        user = self.env.user
        plans = self.sudo().plan_id
        steered = plans.filtered(
            lambda plan: plan.with_user(user)._is_steered_by_user()
        )
        for word in self:
            plan = word.sudo().plan_id
            mine = word.user_id == user
            word.is_mine = mine
            word.can_remove = word.state == WAITING and plan in steered
            word.can_answer = (
                word.state == OPEN
                and not mine
                and (plan in steered or plan.user_id == user)
            )

    # -- signing -------------------------------------------------------------------

    def _sign(self, fingerprint, drawing=None):
        """Sign for oneself what was read.

        :param fingerprint: of the version as it was shown to the signer
        :param drawing: drawn signature as PNG in base64, optional
        """
        self.ensure_one()
        word = self.sudo()
        if word.user_id != self.env.user:
            raise UserError(
                self.env._(
                    "Signature: %(name)s signs for himself; nobody else can.",
                    name=word.signer_name,
                )
            )
        word._lock_version()
        word.env["client.plan"]._lock_records(word, "state")
        if word.state == "signed":
            raise UserError(
                self.env._("Signature: you have signed this version already.")
            )
        if word.state != WAITING or not word.plan_id._is_being_signed():
            raise UserError(
                self.env._(
                    "Signature: version %(number)s of “%(plan)s” is not being signed"
                    " any more. Look into “To Sign” for a later one.",
                    number=word.version_number,
                    plan=word.plan_name,
                )
            )
        if fingerprint != word.version_id.snapshot_hash:
            raise UserError(
                self.env._(
                    "Signature: the plan changed while you were reading. Read it again,"
                    " then sign."
                )
            )
        word._as_system().write(
            {
                "state": "signed",
                "date_signed": fields.Datetime.now(),
                "signer_name": word.user_id.name,
                "signature": self._check_drawing(drawing),
            }
        )
        word.plan_id._log_word(
            self.env._(
                "%(name)s has signed version %(number)s.",
                name=word.signer_name,
                number=word.version_number,
            )
        )

    def _lock_version(self):
        """Keep the version as it is until the signature is stored.

        A share lock: others may sign it at the same time, nobody may freeze it anew.
        """
        version = self.version_id
        version.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM client_plan_version WHERE id = %s"
                " FOR SHARE SKIP LOCKED",
                version.id,
            )
        )
        if not rows:
            raise UserError(
                self.env._(
                    "Somebody is changing “%(plan)s” right now. Read it again in a"
                    " moment, then sign.",
                    plan=version.plan_name,
                )
            )
        version.invalidate_recordset(["snapshot", "snapshot_hash"])

    @api.model
    def _check_drawing(self, drawing):
        """Return a drawn signature that is a small PNG image, or ``False``."""
        if not drawing:
            return False
        try:
            image = b64decode(drawing, validate=True)
        except (binascii.Error, ValueError):
            image = b""
        if not image.startswith(b"\x89PNG") or len(drawing) > MAX_SIGNATURE:
            raise UserError(
                self.env._(
                    "Drawn signature: it is not a picture that can be read. Draw it"
                    " again, or sign without it."
                )
            )
        return drawing

    def _outdate(self):
        """Nobody is asked any more for the signatures that are still awaited."""
        waiting = self.filtered(lambda word: word.state == WAITING)
        if waiting:
            waiting._as_system().write({"state": "outdated"})

    # -- objections ----------------------------------------------------------------

    def _answer(self, text):
        """Answer open objections."""
        self._lock_open(OPEN)
        for word in self:
            if not word.can_answer:
                raise UserError(
                    self.env._(
                        "Answer: the objection of %(name)s is answered by the owner of"
                        " the plan, the team leader or an administrator, and never by"
                        " himself.",
                        name=word.signer_name,
                    )
                )
        self._as_system().write(
            {
                "state": "answered",
                "answer": self._check_text("answer", text),
                "answered_uid": self.env.uid,
                "date_answered": fields.Datetime.now(),
            }
        )
        for word in self.sudo():
            word.plan_id._log_word(
                self.env._(
                    "%(user)s has answered the objection of %(name)s: %(text)s",
                    user=self.env.user.name,
                    name=word.signer_name,
                    text=word.answer,
                )
            )

    def action_withdraw(self):
        """Take one's own objection back."""
        self._lock_open(OPEN)
        for word in self:
            if not word.is_mine:
                raise UserError(
                    self.env._(
                        "Objection: only %(name)s withdraws it; you may answer it.",
                        name=word.signer_name,
                    )
                )
        self._as_system().write({"state": "withdrawn"})
        for word in self.sudo():
            word.plan_id._log_word(
                self.env._("%s has withdrawn the objection.", word.signer_name)
            )

    def _remove(self, reason):
        """Take people off the list of those who sign, with the reason."""
        self._lock_open(WAITING)
        for word in self:
            if not word.can_remove:
                raise UserError(
                    self.env._(
                        "%(name)s is taken off the list by the team leader or an"
                        " administrator only.",
                        name=word.signer_name,
                    )
                )
        self._as_system().write(
            {
                "state": "removed",
                "remove_reason": self._check_text("remove_reason", reason),
                "removed_uid": self.env.uid,
                "date_removed": fields.Datetime.now(),
            }
        )
        for word in self.sudo():
            word.plan_id._log_word(
                self.env._(
                    "%(user)s does not ask %(name)s any more to sign version"
                    " %(number)s: %(text)s",
                    user=self.env.user.name,
                    name=word.signer_name,
                    number=word.version_number,
                    text=word.remove_reason,
                )
            )

    def _lock_open(self, state):
        """Lock rows that the user may read, and check that they still wait."""
        self.check_access("read")
        self.env["client.plan"]._lock_records(self, "state")
        for word in self:
            if word.state != state:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "Status: the word of %(name)s is “%(state)s” by now. Load the"
                        " plan again.",
                        name=word.signer_name,
                        state=labels[word.state],
                    )
                )

    @api.model
    def _check_text(self, name, text):
        """Return a text that says something."""
        text = (text or "").strip()
        if not text:
            label = self._fields[name]._description_string(self.env)
            raise UserError(
                self.env._("%(field)s: write at least one word.", field=label)
            )
        return text

    # -- buttons -------------------------------------------------------------------

    def action_open_page(self):
        """Open the page on which the version is read and signed."""
        self.ensure_one()
        self.check_access("read")
        return self.sudo().version_id.action_open_page()

    def action_answer(self):
        """Ask for the answer to an objection."""
        return self._open_answer_wizard("answer", self.env._("Answer the Objection"))

    def action_remove(self):
        """Ask why somebody is not asked any more to sign."""
        return self._open_answer_wizard("remove", self.env._("Do Not Ask Any More"))

    def _open_answer_wizard(self, mode, name):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_answer_action"
            ),
            "name": name,
            "context": {"default_signoff_ids": self.ids, "default_mode": mode},
        }

import ast

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .survey_survey_profile import AMOUNTS, PROFILE


class ClientCampaign(models.Model):
    """Starting, adding clients, closing: the calls of a campaign.

    Each step locks the campaign and looks again at its state; of two people at once
    one wins. Calls are made in batches, and a client gets one however often.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.campaign"

    # -- start ---------------------------------------------------------------------

    def action_start(self):
        """Put the clients on the call desk of those who ask."""
        for campaign in self:
            campaign.check_access("write")
            campaign._lock_state("draft")
            campaign._check_ready()
            campaign.sudo().state = "running"
            campaign._make_calls()
            if not campaign.sudo().call_ids:
                raise UserError(
                    self.env._(
                        "“%(campaign)s”: none of the clients can be called.\n"
                        "%(reasons)s\nEnter their telephone numbers, or choose others.",
                        campaign=campaign.name,
                        reasons=campaign.left_out,
                    )
                )

    def _lock_state(self, state):
        """Lock the campaign and raise unless it is in ``state``."""
        self.ensure_one()
        self.env["client.plan"]._lock_records(self, "state")
        if self.state == state:
            return
        messages = {
            "draft": self.env._("“%(name)s” is not started yet.", name=self.name),
            "running": self.env._("“%(name)s” is running already.", name=self.name),
            "closed": self.env._("“%(name)s” is closed already.", name=self.name),
        }
        raise UserError(messages[self.state])

    def _check_ready(self):
        """Raise unless clients can be asked: whom, what for, which questions, when."""
        self.ensure_one()
        campaign = self.sudo()
        if not campaign.fact_ids:
            raise UserError(
                self.env._(
                    "Clients: “%(campaign)s” has none. Choose them on the page Clients,"
                    " or in the list of clients by “Add to Campaign”.",
                    campaign=self.name,
                )
            )
        if not (self.goal or "").strip():
            raise UserError(
                self.env._(
                    "What to Assess: say what shall be known of each client. The"
                    " callers see it beside the questions."
                )
            )
        self._check_clients(campaign.fact_ids)
        self._check_questions()
        self._check_days()

    def _check_questions(self):
        questionnaire = self._get_asked()
        for question in questionnaire.question_ids.filtered("client_proposes"):
            segments = question.suggested_answer_ids.client_segment_id
            wrong = segments.filtered(
                lambda segment: (
                    segment.company_id
                    not in (self.company_id.browse(), self.company_id)
                )
            )
            if wrong:
                raise UserError(
                    self.env._(
                        "The question “%(question)s” proposes the segment “%(segment)s”"
                        " of another company. Choose another segment or questionnaire.",
                        question=question.title,
                        segment=wrong[0].name,
                    )
                )
            if question.client_proposes == AMOUNTS[0] and not (
                question.client_category_id
            ):
                raise UserError(
                    self.env._(
                        "The question “%(question)s” proposes a wallet, but its product"
                        " category was deleted. An administrator chooses another one.",
                        question=question.title,
                    )
                )

    def _get_asked(self):
        """Return the questionnaire (as superuser), or say what is wrong with it."""
        self.ensure_one()
        questionnaire = self.sudo().questionnaire_id
        if not questionnaire.active or questionnaire.survey_type != PROFILE:
            raise UserError(
                self.env._(
                    "Potential Questions: “%(campaign)s” has no questionnaire, or it is"
                    " archived. Choose one; an administrator makes them under"
                    " Configuration.",
                    campaign=self.name,
                )
            )
        if not questionnaire.question_ids:
            raise UserError(
                self.env._(
                    "Potential Questions: the questionnaire “%(name)s” has no questions"
                    " yet. An administrator enters them.",
                    name=questionnaire.title,
                )
            )
        return questionnaire

    def _check_days(self):
        today = self.company_id._client_today()
        if self.date_start > today:
            raise UserError(
                self.env._(
                    "First Day: “%(campaign)s” begins later. Start it on that day, or"
                    " choose an earlier first day.",
                    campaign=self.name,
                )
            )
        if self.date_end < today:
            raise UserError(
                self.env._(
                    "Last Day to Ask: it has passed. Choose a later day, then clients"
                    " can be called."
                )
            )

    # -- clients -------------------------------------------------------------------

    def action_add_filtered(self):
        """Choose the clients of the filter, as far as the user may see them."""
        self.ensure_one()
        self.check_access("write")
        facts = self.env["client.fact"].with_company(self.company_id)
        found = facts.search(
            self._parse_filter() & Domain("company_id", "=", self.company_id.id)
        )
        added = self._add_clients(found)
        return self._notify_added(len(added))

    def _parse_filter(self):
        """Return the filter as a domain; raise when it is anything else."""
        self.ensure_one()
        try:
            domain = Domain(ast.literal_eval((self.domain or "[]").strip()))
            domain.validate(self.env["client.fact"])
        except (
            ValueError,
            SyntaxError,
            TypeError,
            MemoryError,
            RecursionError,
        ) as error:
            raise UserError(
                self.env._(
                    "Filter: it must be a list of conditions on clients with fixed"
                    " values. Edit the filter."
                )
            ) from error
        if domain.is_true():
            raise UserError(
                self.env._(
                    "Filter: without a condition it would add every client. Enter one"
                    " at least, for example the segment."
                )
            )
        return domain

    def _add_clients(self, facts):
        """Choose ``facts`` as well; in a running campaign they get their calls.

        :return: those that were not chosen before
        """
        self.ensure_one()
        added = facts - self.sudo().fact_ids.sudo(False)
        if added:
            self.write({"fact_ids": [(4, id_) for id_ in added.ids]})
        return added

    def _after_clients_changed(self, before):
        """Check the clients just chosen; in a running campaign ask them, too."""
        self.ensure_one()
        chosen = self.sudo().fact_ids
        if self.state == "draft":
            self._check_clients(chosen)
            return
        self._check_clients(chosen - before)
        asked = self.sudo().call_ids.partner_id
        if kept := (before - chosen).filtered(lambda fact: fact.partner_id in asked):
            raise UserError(
                self.env._(
                    "Clients: %(client)s is on the call desk already and stays in the"
                    " campaign.",
                    client=kept[0].partner_id.name,
                )
            )
        self.action_ask_left_out()

    def action_ask_left_out(self):
        """Make the calls of chosen clients who have none yet."""
        self.ensure_one()
        self.check_access("write")
        self._lock_state("running")
        self._check_days()
        made = self._make_calls()
        return self._notify_added(len(made))

    def _notify_added(self, count):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "warning",
                "message": self.env._("Clients added: %(count)s.", count=count),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- close ---------------------------------------------------------------------

    def action_close(self):
        """Nobody is called any more; answers and proposals stay."""
        for campaign in self:
            campaign.check_access("write")
            campaign._lock_state("running")
            calls = campaign.sudo().call_ids.filtered(lambda call: call.state == "due")
            calls.write({"state": "cancelled", "date_callback": False})
            campaign.sudo().state = "closed"

    # -- what came of it -----------------------------------------------------------

    def _open(self, xml_id, domain, **context):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                f"client_development.{xml_id}"
            ),
            "domain": domain,
            "context": context,
        }

    def action_view_clients(self):
        """Open the chosen clients."""
        self.ensure_one()
        return self._open("client_fact_action", [("id", "in", self.fact_ids.ids)])

    def action_view_calls(self):
        """Open the calls of this campaign."""
        return self._open(
            "client_campaign_call_action", [("campaign_id", "=", self.id)]
        )

    def action_view_answered(self):
        """Open the answered calls of this campaign."""
        return self._open(
            "client_campaign_call_action",
            [("campaign_id", "=", self.id), ("state", "=", "done")],
        )

    def action_view_proposals(self):
        """Open what the answers of this campaign propose."""
        return self._open(
            "client_campaign_proposal_action",
            [("campaign_id", "=", self.id)],
            search_default_proposed=1,
        )

    def action_view_answers(self):
        """Open the answers by question."""
        return self._open(
            "client_campaign_answer_action", [("call_id.campaign_id", "=", self.id)]
        )

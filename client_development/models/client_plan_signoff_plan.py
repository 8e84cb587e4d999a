from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_plan_signoff import OPEN, WAITING

# In these states a plan is spoken of by those named on it.
SPOKEN_STATES = ("discussion", "signoff", "running")


class ClientPlan(models.Model):
    """Who is named on a plan, and has his word on it: objections and signatures."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    signer_ids = fields.Many2many(
        comodel_name="res.users",
        relation="client_plan_signer_rel",
        column1="plan_id",
        column2="user_id",
        string="Further Signers",
        domain=[("share", "=", False)],
        help="Employees who sign the plan beside those it names anyway: owner,"
        " controller, team leader, and everyone who answers for an objective or takes"
        " part in an action.",
    )
    signoff_waiting = fields.Char(
        string="Whose Signature Is Awaited",
        compute="_compute_signoff",
        help="The version that is being signed, and who has not signed it yet.",
    )
    signoff_count = fields.Integer(
        string="Signatures",
        compute="_compute_signoff",
        help="How many have signed the latest version.",
    )
    signoff_total = fields.Integer(
        string="Signers",
        compute="_compute_signoff",
        help="How many sign the latest version.",
    )
    objection_count = fields.Integer(
        string="Open Objections",
        compute="_compute_signoff",
        help="Objections that are not answered yet. Until they are, nobody signs.",
    )
    version_count = fields.Integer(
        string="Frozen Versions",
        compute="_compute_version_count",
        help="How many versions of the plan were frozen for signing.",
    )
    can_sign = fields.Boolean(
        string="Waits for My Signature",
        compute="_compute_signoff",
        help="Your signature is awaited.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("signoff_ids.state", "state")
    @api.depends_context("uid")
    def _compute_signoff(self):
        """By one query, however many plans and words there are."""
        user = self.env.user
        Word = self.env["client.plan.signoff"]
        columns = ["plan_id", "user_id", "kind", "state", "version_number"]
        domain = [("plan_id", "in", self._origin.ids)]
        by_plan = Word.search_fetch(domain, [*columns, "signer_name"]).grouped(
            "plan_id"
        )
        for plan in self:
            words = by_plan.get(plan._origin, Word)
            objections = words.filtered(lambda word: word.state == OPEN)
            plan.objection_count = len(objections)
            signatures = words.filtered(lambda word: word.kind == "signature")
            number = max(signatures.mapped("version_number"), default=0)
            latest = signatures.filtered(
                lambda word, number=number: word.version_number == number
            )
            waiting = latest.filtered(lambda word: word.state == WAITING)
            signed = latest.filtered(lambda word: word.state == "signed")
            plan.signoff_count = len(signed)
            plan.signoff_total = len(signed | waiting)
            plan.can_sign = user in waiting.user_id
            plan.signoff_waiting = bool(waiting) and self.env._(
                "Version %(number)s waits for %(count)s of %(total)s signatures:"
                " %(names)s.",
                number=number,
                count=len(waiting),
                total=len(signed | waiting),
                names=", ".join(waiting.mapped("signer_name")),
            )

    @api.depends("version_ids")
    def _compute_version_count(self):
        counts = dict(
            self.env["client.plan.version"]._read_group(
                [("plan_id", "in", self._origin.ids)], ["plan_id"], ["__count"]
            )
        )
        for plan in self:
            plan.version_count = counts.get(plan._origin, 0)

    # -- who is named --------------------------------------------------------------

    def _get_signer_roles(self):
        """Return ``{user: role}`` of everyone named, in the order they are listed.

        Whoever answers for something is named even when he has left: somebody has to
        take his place. Who merely took part is not shown any more, and not named.
        """
        self.ensure_one()
        plan = self.sudo().with_context(active_test=True)
        lines = plan.line_ids.filtered(lambda line: line.state != "cancelled")
        by_name = lambda user: (user.name, user.id)  # noqa: E731
        named = (
            (plan.user_id, "owner"),
            (plan.controller_id, "controller"),
            (plan.team_id.user_id, "leader"),
            (plan.objective_ids.user_id.sorted(by_name), "objective"),
            ((lines.user_id | lines.participant_ids).sorted(by_name), "part"),
            (plan.signer_ids.sorted(by_name), "signer"),
        )
        roles = {}
        for users, role in named:
            for user in users:
                roles.setdefault(user, role)
        return roles

    def _get_signers(self):
        """Everyone who signs in the system signs the printed plan, too."""
        labels = self._get_role_labels()
        return [
            (user.name, labels[role])
            for user, role in self._get_signer_roles().items()
            if user.active
        ]

    @api.model
    def _get_role_labels(self):
        field = self.env["client.plan.signoff"]._fields["role"]
        return dict(field._description_selection(self.env))

    def _check_signers(self):
        """Refuse to ask somebody to sign who cannot, before anything is stored."""
        labels = self._get_role_labels()
        for plan in self:
            team = plan.sudo().team_id
            if not plan.user_id:
                raise UserError(
                    self.env._(
                        "Owner: “%(plan)s” has no owner who could sign it. Choose one.",
                        plan=plan.name,
                    )
                )
            if team and not team.user_id and not plan.controller_id:
                raise UserError(
                    self.env._(
                        "Sales Team: “%(team)s” has no leader, and nobody else controls"
                        " “%(plan)s”. Choose a controller, or give the team a leader.",
                        team=team.name,
                        plan=plan.name,
                    )
                )
            for user, role in plan._get_signer_roles().items():
                plan._check_signer(user, labels[role])

    def _check_signer(self, user, role):
        """Refuse one employee who cannot sign, with the way out."""
        if not user.active:
            problem = self.env._("his user is archived")
        elif user.share:
            problem = self.env._("he is not an employee")
        elif self.sudo().company_id not in user.company_ids:
            problem = self.env._(
                "he does not work in %(company)s", company=self.sudo().company_id.name
            )
        else:
            return
        raise UserError(
            self.env._(
                "%(role)s: %(name)s cannot sign “%(plan)s”: %(problem)s. Put somebody"
                " else in his place on the plan, its objectives or actions.",
                role=role,
                name=user.name,
                plan=self.name,
                problem=problem,
            )
        )

    @api.constrains("signer_ids")
    def _check_more_signers(self):
        for plan in self.sudo():
            for user in plan.signer_ids:
                plan._check_signer(
                    user, self._fields["signer_ids"]._description_string(self.env)
                )

    # -- objections ----------------------------------------------------------------

    def _check_may_object(self):
        """Refuse objections of those who are not named, and to what is not discussed.

        Asked for without access to the plan: everyone named has his word on it.
        """
        self.ensure_one()
        plan = self.sudo()
        plan.exists().ensure_one()
        if self.env.user not in plan._get_signer_roles():
            raise UserError(
                self.env._(
                    "Objection: the plan does not name you, so you need not agree to"
                    " it. Speak with its owner, %(owner)s.",
                    owner=plan.user_id.name,
                )
            )
        if plan.state not in SPOKEN_STATES:
            raise UserError(
                self.env._(
                    "Objection: “%(plan)s” is not being discussed. Objections are"
                    " raised from its discussion to its end.",
                    plan=plan.name,
                )
            )

    def _object(self, text):
        """Raise an objection in the name of the current user."""
        self._check_may_object()
        plan = self.sudo()
        signoffs = self.env["client.plan.signoff"]
        text = signoffs._check_text("objection", text)
        version = plan._get_latest_version()
        word = signoffs._as_system().create(
            {
                "plan_id": plan.id,
                "version_id": version.id if plan._is_being_signed() else False,
                "kind": "objection",
                "state": OPEN,
                "user_id": self.env.uid,
                "signer_name": self.env.user.name,
                "role": plan._get_signer_roles()[self.env.user],
                "objection": text,
            }
        )
        plan._log_word(
            self.env._("%(user)s objects: %(text)s", user=word.signer_name, text=text)
        )
        return word.with_env(self.env)

    def _check_no_objection(self):
        """Refuse to go on as long as an objection waits for its answer."""
        for plan in self.sudo():
            words = plan.signoff_ids.filtered(lambda word: word.state == OPEN)
            if words:
                raise UserError(
                    self.env._(
                        "Objections: “%(plan)s” has objections that wait for an answer,"
                        " of %(names)s. Open them by the button “Sign-off” and"
                        " answer them first.",
                        plan=plan.name,
                        names=", ".join(dict.fromkeys(words.mapped("signer_name"))),
                    )
                )

    def _log_word(self, text):
        """Repeat a step in the chatter; nobody gets mail."""
        self.ensure_one()
        self.sudo()._message_log(body=text, author_id=self.env.user.partner_id.id)

    # -- buttons -------------------------------------------------------------------

    def action_object(self):
        """Ask for the text of an objection."""
        self.ensure_one()
        self._check_may_object()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_object_action"
            ),
            "context": {"default_plan_id": self.id},
        }

    def action_sign(self):
        """Open the frozen version: what is signed is read first."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_sign:
            raise UserError(
                self.env._(
                    "Signature: no signature of yours is awaited on “%(plan)s”.",
                    plan=self.name,
                )
            )
        return self._get_latest_version().action_open_page()

    def action_view_signoff(self):
        """Open who else signs, the signatures and the objections."""
        self.ensure_one()
        view = self.env.ref("client_development.client_plan_view_form_signoff")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign-off"),
            "res_model": "client.plan",
            "res_id": self.id,
            "views": [(view.id, "form")],
        }

    def action_view_versions(self):
        """Open the versions of the plan."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_version_action"
            ),
            "domain": [("plan_id", "=", self.id)],
            "context": {"create": False},
        }


class ClientPlanLine(models.Model):
    """Whoever has an action in a plan may object to it, seeing the plan or not."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    def action_object(self):
        """Ask for the text of an objection to the plan."""
        self.ensure_one()
        self.check_access("read")
        return self.plan_id.action_object()

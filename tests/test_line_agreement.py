from odoo import Command
from odoo.exceptions import UserError

from .plan_common import PlanCase

MODELS = ("client.plan.resource", "client.plan.information")


class LineAgreementCase(PlanCase):
    """An action with a participant, a responsible of another department, a controller.

    ``worker`` is responsible, ``outsider`` takes part, ``checker`` controls the plan;
    none of them has sales rights.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls._new_user("cd_worker", "base.group_user")
        cls.checker = cls._new_user("cd_checker", "base.group_user")
        cls.plan.controller_id = cls.checker
        cls.line.write(
            {
                "result": "Signed offer",
                "user_id": cls.worker.id,
                "participant_ids": cls._participants(cls.outsider),
            }
        )
        cls.above = (cls.salesperson, cls.checker, cls.leader, cls.manager)


class TestLineAgreement(LineAgreementCase):
    """What was agreed on stays, whatever came out (product.md A, quality gate)."""

    def test_until_the_start_everyone_may_word_it_better(self):
        for state in ("draft", "discussion"):
            self.plan.state = state
            for user in (self.worker, self.outsider, *self.above):
                with self.subTest(user.login, state=state):
                    line = self._as(self.line, user)
                    self.assertTrue(line.can_agree)
                    line.result = f"Offer, signed by {user.name}, {state}"

    def test_after_the_start_it_is_changed_by_those_who_agreed(self):
        self.plan.action_start()
        for user in self.above:
            with self.subTest(user.login):
                line = self._as(self.line, user)
                self.assertTrue(line.can_agree)
                line.write({"result": f"Offer {user.name}", "name": f"A {user.name}"})
        self._refuse_agreed()

    def test_while_it_is_signed_it_stays_as_well(self):
        self.plan.state = "signoff"
        self._refuse_agreed()

    def _refuse_agreed(self):
        """Neither by a form, an import, nor in a row of the plan."""
        before = self.line.read(["result", "name"])
        refused = [
            (self.worker, "name", "Something easier"),
            (self.worker, "result", "Drawing sent"),
            (self.worker, "result", False),
            (self.outsider, "result", "Drawing sent"),
        ]
        for user, name, value in refused:
            line = self._as(self.line, user)
            with self.subTest(user.login, field=name):
                self.assertFalse(line.can_agree)
                for write in (
                    lambda line=line, vals={name: value}: line.write(vals),
                    lambda line=line, vals={name: value}: line.write(
                        {**vals, "spent_hours": 1}
                    ),
                ):
                    with self.assertRaisesRegex(UserError, "as it was agreed on"):
                        with self.cr.savepoint():
                            write()
        imported = self._as(self.line, self.worker).load(
            [".id", "result"], [[str(self.line.id), "Drawing sent"]]
        )
        self.assertFalse(imported["ids"])
        self.assertIn("as it was agreed on", imported["messages"][0]["message"])
        self.env.invalidate_all()
        self.assertEqual(self.line.read(["result", "name"]), before)

    def test_what_came_out_is_entered_beside_it(self):
        self.plan.action_start()
        for user in (self.worker, self.outsider):
            self._as(self.line, user).write(
                {"outcome": f"By {user.name}", "result": self.line.result}
            )
            self.assertEqual(self.line.outcome, f"By {user.name}")

    def test_changes_of_the_result_are_kept_in_the_chatter(self):
        line = self.line.with_context(tracking_disable=False, mail_notrack=False)
        self.flush_tracking()  # what a new record gets is not tracked
        line.result = "Order"
        self.flush_tracking()
        values = line.sudo().message_ids.tracking_value_ids
        values = values.filtered(lambda value: value.field_id.name == "result")
        self.assertEqual(values.mapped("old_value_text"), ["Signed offer"])
        self.assertEqual(values.mapped("new_value_text"), ["Order"])

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.flush()


class TestLineRow(LineAgreementCase):
    """Resources and information of an action: each changes what he entered."""

    def _new_row(self, model, user):
        return (
            self.env[model]
            .with_user(user)
            .create({"line_id": self.line.id, "name": "Travel"})
        )

    def test_rows_of_others_stay(self):
        for started in (False, True):
            if started:
                self.plan.action_start()
            for model in MODELS:
                row = self._new_row(model, self.salesperson)
                field = "resource_ids" if "resource" in model else "information_ids"
                for user in (self.worker, self.outsider):
                    theirs, line = self._as(row, user), self._as(self.line, user)
                    for change in (
                        theirs.unlink,
                        lambda theirs=theirs: theirs.write({"name": "Taxi"}),
                        lambda line=line, field=field: line.write(
                            {field: [Command.clear()]}
                        ),
                        lambda line=line, field=field, row=row: line.write(
                            {field: [Command.update(row.id, {"name": "Taxi"})]}
                        ),
                    ):
                        with (
                            self.subTest(model, user=user.login, started=started),
                            self.assertRaisesRegex(UserError, "^“Travel” was entered"),
                            self.cr.savepoint(),
                        ):
                            change()
                    self.env.invalidate_all()
                self.assertEqual(row.name, "Travel")

    def test_everyone_changes_his_own_rows(self):
        self.plan.action_start()
        for model in MODELS:
            for user in (self.worker, self.outsider):
                row = self._new_row(model, user)
                row.name = "Taxi"
                row.unlink()

    def test_who_answers_for_the_plan_changes_all(self):
        self.plan.action_start()
        for model in MODELS:
            for user in self.above:
                with self.subTest(model, user=user.login):
                    row = self._as(self._new_row(model, self.outsider), user)
                    row.name = "Taxi"
                    row.unlink()

    def test_information_is_passed_on_by_whoever_takes_part(self):
        self.plan.action_start()
        row = self._new_row("client.plan.information", self.salesperson)
        self._as(row, self.outsider).done = True
        self.assertTrue(row.done)
        with self.assertRaisesRegex(UserError, "^“Travel” was entered"):
            self._as(row, self.outsider).write({"done": False, "name": "Taxi"})

    def test_saving_a_row_as_it_was_is_no_change(self):
        for model in MODELS:
            row = self._new_row(model, self.salesperson)
            self._as(row, self.outsider).write({"name": "Travel"})

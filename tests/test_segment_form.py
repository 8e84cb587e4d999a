from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .segment_common import SegmentCase

SALES = "[('amount', '>', 1000)]"


@tagged("post_install", "-at_install")
class TestSegmentForm(SegmentCase):
    """A segment has a rule or none; what is no rule is refused in words."""

    def _segment(self, **values):
        segments = self.env["client.segment"].with_user(self.manager)
        return segments.create({"name": "By rule", **values})

    def _mine(self):
        return f"[('partner_id', '=', {self.client.id})]"

    # -- the switch -------------------------------------------------------------------

    def test_switch_says_whether_there_is_a_rule(self):
        self.assertFalse(self._segment().has_rule)
        segment = self._segment(domain=SALES)
        self.assertTrue(segment.has_rule)
        segment.domain = "[]"
        self.assertFalse(segment.has_rule)

    def test_conditions_are_asked_for_only_when_it_is_on(self):
        form = Form(self.env["client.segment"].with_user(self.manager))
        form.name = "New"
        self.assertFalse(form.has_rule)
        with self.assertRaisesRegex(AssertionError, "invisible"):
            form.domain = SALES
        form.has_rule = True
        form.domain = self._mine()
        self.assertTrue(form.has_rule)
        segment = form.save()
        self.assertTrue(segment.has_rule)
        self.assertEqual(segment.fact_ids, self.fact)

    def test_switched_on_without_a_condition_is_no_rule(self):
        form = Form(self.env["client.segment"].with_user(self.manager))
        form.name = "New"
        form.has_rule = True
        segment = form.save()
        self.assertFalse(segment.domain or segment.fact_ids)
        self.assertFalse(segment.has_rule)
        self.assertFalse(form.has_rule)
        for empty in (False, "[]"):
            with self.subTest(domain=empty), Form(segment) as form:
                form.has_rule = True
                form.domain = SALES
                form.domain = empty
                form.has_rule = True
            self.assertFalse(segment.domain or segment.fact_ids)
            self.assertFalse(segment.has_rule)

    def test_switched_off_removes_the_rule_and_its_members(self):
        segment = self._segment(domain=self._mine())
        self.fact2.segment_ids = segment
        with Form(segment) as form:
            form.has_rule = False
            self.assertEqual(segment.fact_ids, self.fact | self.fact2)  # not saved
        self.assertFalse(segment.domain)
        self.assertEqual(segment.fact_ids, self.fact2)
        self.assertFalse(self.fact.segment_rule_ids)
        # on again
        with Form(segment) as form:
            form.has_rule = True
            form.domain = self._mine()
        self.assertEqual(segment.rule_client_count, 1)
        self.assertEqual(segment.fact_ids, self.fact | self.fact2)

    def test_switch_off_wins_over_conditions_saved_with_it(self):
        segment = self._segment(domain=self._mine())
        segment.write({"domain": SALES, "has_rule": False})
        self.assertFalse(segment.domain or segment.fact_ids)
        segment = self._segment(domain=self._mine(), has_rule=False)
        self.assertFalse(segment.domain or segment.fact_ids or segment.has_rule)
        segment.write({"domain": self._mine(), "has_rule": True})
        self.assertEqual(segment.fact_ids, self.fact)

    def test_rule_that_is_gone_has_no_problem(self):
        segment = self._segment(domain=self._mine())
        segment.rule_error = "Unknown field"
        segment.has_rule = False
        self.assertFalse(segment.rule_error)

    # -- bad input --------------------------------------------------------------------

    def test_conditions_that_are_no_text_are_refused_in_words(self):
        for value in (True, 5, 0.5, [["amount", ">", 1]], [], {"a": 1}, b"[]"):
            with self.subTest(value=value):
                with self.assertRaisesRegex(ValidationError, "^Rule: .*text"):
                    self.segment_key.with_user(self.manager).domain = value
                with self.assertRaisesRegex(ValidationError, "^Rule: .*text"):
                    self._segment(domain=value)
        self.assertFalse(self.segment_key.domain)

    def test_reason_that_is_no_text_is_left_out(self):
        for reason in (["x"], {"x": 1}, 5, True, None):
            with self.subTest(reason=reason):
                fact = self.fact.with_context(client_segment_reason=reason)
                fact.with_user(self.salesperson).segment_ids = self.segment_key
                self.assertEqual(self._moves()[-1].to_segment_id, self.segment_key)
                self.assertFalse(self._moves()[-1].reason)
                self.fact.segment_ids = self.tag

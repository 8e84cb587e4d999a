"""What the tests of reviews have in common."""

from datetime import timedelta

from .plan_common import TODAY, PlanCase


class ReviewCase(PlanCase):
    """A running plan of ``client``; its review is due on ``day``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.action_start()
        cls.day = cls.plan.next_review_date
        cls.reason = cls.env["client.plan.slip.reason"].create({"name": "Busy"})

    @classmethod
    def _review(cls, plan=None, user=None, day=TODAY):
        """Return the due review, opened by ``user`` on ``day``."""
        plan = cls._set_today(plan or cls.plan, day)
        if user:
            plan = cls._as(plan, user)
        return plan.env["client.plan.review"].browse(
            plan.action_hold_review()["res_id"]
        )

    @classmethod
    def _hold(cls, review, **values):
        review.write({"findings": "Fine", "resources": "confirmed", **values})
        return review.action_hold()

    @classmethod
    def _ids(cls, review, part):
        """Return the records that a figure of the review opens."""
        action = review.with_context(part=part).action_view_part()
        return review.env[action["res_model"]].search(action["domain"])

    @classmethod
    def _enforce(cls, day):
        """Do the work of the scheduled action on ``day``, as its user does."""
        Review = cls.env["client.plan.review"].with_context(client_today=day)
        Review._create_due_reviews()
        Review._escalate_overdue_reviews()
        cls.env.invalidate_all()

    def _slip(self, line, day, new=7, **values):
        return self.env["client.plan.slip"].create(
            {
                "line_id": line.id,
                "user_id": line.user_id.id,
                "kind": "moved",
                "date": day,
                "date_old": day,
                "date_new": day + timedelta(days=new) if new else False,
                **values,
            }
        )

    def _survey(self, client, rating, day, user=None):
        """Return an answered survey of the client."""
        moment = self.company._client_midnight(day) + timedelta(hours=9)
        user = user or self.salesperson
        order = self._create_order(partner=client, user=user, day=day, confirm=False)
        return self.env["client.survey"].create(
            {
                "order_id": order.id,
                "partner_id": client.id,
                "contact_id": client.id,
                "user_id": user.id,
                "team_id": (self.team if user == self.salesperson else self.team2).id,
                "company_id": self.company.id,
                "date_completed": moment,
                "date_due": day,
                "state": "done",
                "rating": rating,
                "date_done": moment,
            }
        )

    def _breach(self, client, day, closed=None):
        fact = self.env["client.fact"]._ensure(client)
        return self.env["client.breach"].create(
            {
                "company_id": self.company.id,
                "fact_id": fact.id,
                "partner_id": client.id,
                "segment_id": self.segment_key.id,
                "standard": "plan",
                "date_opened": day,
                "date_closed": closed,
            }
        )

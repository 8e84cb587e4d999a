from .plan_common import PlanCase


class SignCase(PlanCase):
    """The plan of ``salesperson``; his client plans are signed before they start.

    Named on it: ``salesperson`` (owner), ``leader`` (team leader) and ``outsider``, an
    employee of another department who has an action.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().client_signoff_client = True
        cls.objective = cls._new_objective(cls.plan)
        cls.line_out = cls._new_line(cls.plan, "Build a sample", user_id=cls.outsider.id)

    @classmethod
    def _request(cls, plan=None):
        plan = plan or cls.plan
        plan.action_request_signatures()
        return plan.version_ids.sorted("number")[-1]

    @classmethod
    def _word(cls, version, user):
        """The row of a user for a version, in his own rights."""
        words = version.sudo().signoff_ids.filtered(
            lambda word: word.kind == "signature" and word.user_id == user
        )
        return words.with_user(user).sudo(False)

    @classmethod
    def _sign(cls, version, *users):
        for user in users:
            word = cls._word(version, user)
            word._sign(version.sudo().snapshot_hash)

    @classmethod
    def _sign_all(cls, version):
        words = version.sudo().signoff_ids
        cls._sign(version, *words.filtered(lambda w: w.state == "waiting").user_id)

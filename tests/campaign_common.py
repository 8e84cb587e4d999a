"""What the tests of campaigns have in common."""

from datetime import date

from odoo import Command

from .fact_common import FactCase

LAST_DAY = date(2026, 4, 14)


class CampaignCase(FactCase):
    """A campaign of ``leader`` over ``client``, whose contact has a telephone.

    Its questions propose a wallet of screws, the whole wallet and a segment.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Campaign = cls.env["client.campaign"]
        cls.Call = cls.env["client.call"]
        cls.Proposal = cls.env["client.campaign.proposal"]
        cls.Wallet = cls.env["client.wallet"]
        cls.screws, cls.glue = cls.env["product.category"].create(
            [{"name": "Screws"}, {"name": "Glue"}]
        )
        cls.tag = cls.env["client.segment"].create({"name": "Fair"})
        cls.questionnaire = cls.env["survey.survey"].create(
            {
                "title": "Potential",
                "survey_type": "client_profile",
                "question_and_page_ids": [
                    Command.create(
                        {"title": "From whom?", "question_type": "char_box"}
                    ),
                    Command.create(
                        {
                            "title": "How much for screws a year?",
                            "question_type": "numerical_box",
                            "client_proposes": "wallet",
                            "client_category_id": cls.screws.id,
                        }
                    ),
                    Command.create(
                        {
                            "title": "How much in all a year?",
                            "question_type": "numerical_box",
                            "client_proposes": "wallet_total",
                        }
                    ),
                    Command.create(
                        {
                            "title": "Our judgement?",
                            "question_type": "simple_choice",
                            "client_proposes": "segment",
                            "suggested_answer_ids": [
                                Command.create(
                                    {
                                        "value": "Key",
                                        "client_segment_id": cls.segment_key.id,
                                    }
                                ),
                                Command.create(
                                    {"value": "Fair", "client_segment_id": cls.tag.id}
                                ),
                                Command.create({"value": "Cannot say"}),
                            ],
                        }
                    ),
                ],
            }
        )
        cls.words, cls.amount, cls.total, cls.judgement = cls.questionnaire.question_ids
        cls.key, cls.fair, cls.unsure = cls.judgement.suggested_answer_ids
        cls.Fact._refresh()
        cls.fact, cls.fact2 = cls.Fact._ensure(cls.client | cls.client2)
        cls.campaign = cls._new_campaign()

    @classmethod
    def _new_campaign(cls, user=None, **values):
        return cls.Campaign.with_user(user or cls.leader).create(
            {
                "name": "Who can grow",
                "goal": "What they buy from others",
                "team_id": cls.team.id,
                "date_start": "2026-03-31",
                "date_end": LAST_DAY,
                "questionnaire_id": cls.questionnaire.id,
                "fact_ids": [Command.set(cls.fact.ids)],
                **values,
            }
        )

    @classmethod
    def _new_clients(cls, count, user=None, phone=True):
        """Return the rows of new clients with a telephone number."""
        clients = cls.env["res.partner"].create(
            [
                {
                    "name": f"Client {number:04}",
                    "is_company": True,
                    "user_id": (user or cls.salesperson).id,
                    "phone": phone and f"+49 30 {number:07}",
                }
                for number in range(count)
            ]
        )
        return cls.Fact._ensure(clients)

    def _start(self, campaign=None, user=None):
        (campaign or self.campaign).with_user(user or self.leader).action_start()
        return (campaign or self.campaign).sudo().call_ids

    def _answer(self, call, user=None, **answers):
        call.with_user(user or self.salesperson)._answer(
            {getattr(self, name).id: str(value) for name, value in answers.items()}
        )
        return call.sudo().proposal_ids

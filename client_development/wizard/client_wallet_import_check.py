import re
from collections import defaultdict
from datetime import date, datetime

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import get_lang

# The largest id that the database knows.
MAX_ID = 2**31 - 1


class ClientWalletImport(models.TransientModel):
    """Check the rows of the sheet, all at once: the queries do not grow with them."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.wallet.import"

    def _check_rows(self, rows):
        """Tell the good rows from the bad ones.

        :param rows: ``[(number, {column: cell})]``
        :return: values of the good rows; values of the list of bad rows; the number of
            rows in which nothing was entered
        """
        rows = [(number, self._clean(cells)) for number, cells in rows]
        filled = [(number, cells) for number, cells in rows if self._is_filled(cells)]
        clients = self._find_clients([cells for _number, cells in filled])
        categories = self._find_categories({cells["category"] for _n, cells in filled})
        words = {name: self._get_words(name) for name in ("source", "confidence")}
        today = self.company_id._client_today()
        good, bad, seen = [], [], {}
        for number, cells in filled:
            reasons = []
            vals = {
                "partner_id": self._get_client(cells, clients, reasons),
                "category_id": self._get_category(cells, categories, reasons),
                "amount": self._get_amount(cells, reasons),
                "date": self._get_day(cells, reasons),
                "supplier": cells.get("supplier") or None,
            }
            for name in words:
                vals[name] = self._get_word(cells, name, words[name], reasons)
            if not reasons:
                key = vals["partner_id"], vals["category_id"], vals["date"] or today
                if key in seen:
                    reasons.append(
                        self.env._(
                            "The same client, product category and day as in row"
                            " %(row)s.",
                            row=seen[key],
                        )
                    )
                seen.setdefault(key, number)
            if reasons:
                bad.append(self._prepare_bad_row(number, cells, reasons))
            else:
                good.append(vals)
        return good, bad, len(rows) - len(filled)

    def _clean(self, cells):
        """Return the cells with plain texts; days remain days."""
        return {
            name: cell.date()
            if isinstance(cell, datetime)
            else cell
            if isinstance(cell, date)
            else str(cell).strip()
            for name, cell in cells.items()
        }

    def _is_filled(self, cells):
        """Tell whether anything was entered: the template has a row per category."""
        entered = cells.keys() - {"client", "client_id", "category"}
        return any(cells[name] != "" for name in entered)

    def _prepare_bad_row(self, number, cells, reasons):
        return {
            "number": number,
            "client": str(cells.get("client") or cells.get("client_id") or ""),
            "category": str(cells["category"]),
            "potential": str(cells["potential"]),
            "reason": " ".join(reasons),
        }

    # -- clients -------------------------------------------------------------------

    def _find_clients(self, rows):
        """Return ``{text: clients}`` and what the user may do with them.

        By name, reference, VAT number or id, all exact.
        """
        texts = {
            str(row.get(name, "")) for row in rows for name in ("client", "client_id")
        }
        texts.discard("")
        ids = [int(text) for text in texts if self._is_id(text)]
        partners = self.env["res.partner"].search_fetch(
            Domain("name", "in", list(texts))
            | Domain("ref", "in", list(texts))
            | Domain("vat", "in", list(texts))
            | Domain("id", "in", ids),
            ["name", "ref", "vat", "commercial_partner_id"],
        )
        partners = partners.filtered(lambda p: p == p.commercial_partner_id)
        facts = (
            self.env["client.fact"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", self.company_id.id),
                    ("partner_id", "in", partners.ids),
                ],
                ["partner_id", "user_id"],
            )
        )
        found = defaultdict(partners.browse)
        for partner in partners:
            for key in {partner.name, partner.ref, partner.vat, str(partner.id)}:
                if key in texts:
                    found[key] |= partner
        return {
            "found": found,
            "facts": {fact.partner_id: fact for fact in facts},
            "own": facts.sudo(False)._filtered_access("write").partner_id,
        }

    def _is_id(self, text):
        return text.isascii() and text.isdigit() and 0 < int(text) <= MAX_ID

    def _get_client(self, cells, clients, reasons):
        """Return the id of the row's client, or say why there is none."""
        name, number = cells.get("client", ""), str(cells.get("client_id", ""))
        text = number or name
        if not text:
            reasons.append(self.env._("Client: missing."))
            return None
        partners = clients["found"].get(text, self.env["res.partner"])
        if number:
            partners = partners.filtered(lambda partner: str(partner.id) == number)
            if partners and name and name != partners.name:
                reasons.append(
                    self.env._(
                        "Client: the ID %(id)s is that of “%(other)s”, not of"
                        " “%(name)s”.",
                        id=number,
                        other=partners.name,
                        name=name,
                    )
                )
                return None
        known = partners.filtered(lambda partner: partner in clients["facts"])
        if len(known or partners) > 1:
            reasons.append(
                self.env._(
                    "Client: several are called “%(name)s”. Write the reference, VAT"
                    " number or ID instead.",
                    name=text,
                )
            )
        elif not partners:
            reasons.append(self.env._("Client: “%(name)s” is not known.", name=text))
        elif not known:
            reasons.append(
                self.env._(
                    "Client: “%(name)s” is no client of %(company)s yet.",
                    name=text,
                    company=self.company_id.name,
                )
            )
        elif known not in clients["own"]:
            reasons.append(
                self.env._(
                    "Client: “%(name)s” is not one of your clients, but of %(user)s.",
                    name=text,
                    user=clients["facts"][known].user_id.name,
                )
            )
        else:
            return known.id
        return None

    # -- categories ----------------------------------------------------------------

    def _find_categories(self, texts):
        """Return ``{text: categories}``: by complete name, else by their own."""
        texts = list(texts - {""})
        categories = self.env["product.category"].search_fetch(
            Domain("complete_name", "in", texts) | Domain("name", "in", texts),
            ["complete_name", "name"],
        )
        complete, own = defaultdict(categories.browse), defaultdict(categories.browse)
        for category in categories:
            complete[category.complete_name] |= category
            own[category.name] |= category
        return {text: complete.get(text) or own.get(text) for text in texts}

    def _get_category(self, cells, categories, reasons):
        text = cells["category"]
        if not text:
            reasons.append(self.env._("Product Category: missing."))
            return None
        found = categories.get(text)
        if not found:
            reasons.append(
                self.env._("Product Category: “%(name)s” is not known.", name=text)
            )
        elif len(found) > 1:
            reasons.append(
                self.env._(
                    "Product Category: several are called “%(name)s”. Write the whole"
                    " path, for example “%(path)s”.",
                    name=text,
                    path=found[0].complete_name,
                )
            )
        else:
            return found.id
        return None

    # -- amount, day, words --------------------------------------------------------

    def _get_amount(self, cells, reasons):
        text = cells["potential"]
        if text == "":
            reasons.append(self.env._("Potential per Year: missing."))
            return None
        amount = None if isinstance(text, date) else self._parse_amount(text)
        if amount is None:
            reasons.append(
                self.env._("Potential per Year: “%(text)s” is no number.", text=text)
            )
        elif amount < 0:
            reasons.append(self.env._("Potential per Year: it cannot be negative."))
        else:
            return self._try(reasons, self.env["client.wallet"]._check_amount, amount)
        return None

    def _parse_amount(self, text):
        """Return the number that a person means by ``text``, or ``None``.

        The last of two different signs is the decimal one; a single one is, too,
        unless it parts thousands in the user's language.
        """
        currency = self.company_id.currency_id
        for mark in (currency.symbol, currency.name):
            text = text.replace(mark or "", "")
        text = re.sub(r"[\s'’]", "", text)
        if not re.fullmatch(r"[+-]?\d[\d.,]*", text):
            return None
        signs = [sign for sign in text if sign in ".,"]
        if len(set(signs)) == 2:
            text = text.replace(signs[0], "")
            signs = [sign for sign in signs if sign != signs[0]]
        elif signs:
            whole = rf"[+-]?\d{{1,3}}(\{signs[0]}\d{{3}})+"
            parts_thousands = get_lang(self.env).thousands_sep == signs[0]
            if re.fullmatch(whole, text) and (len(signs) > 1 or parts_thousands):
                return float(text.replace(signs[0], ""))
        if len(signs) > 1:
            return None
        return float(text.replace(",", "."))

    def _get_day(self, cells, reasons):
        value = cells.get("date", "")
        if value == "":
            return None
        day = value if isinstance(value, date) else self._parse_day(value)
        if day is None:
            reasons.append(
                self.env._(
                    "Known since: “%(text)s” is no day. Write it as %(example)s.",
                    text=value,
                    example=self.company_id._client_today().strftime("%Y-%m-%d"),
                )
            )
            return None
        return self._try(reasons, self.env["client.wallet"]._check_date, day)

    def _parse_day(self, text):
        """Return the day written as in the user's language, or as 2026-03-31."""
        for pattern in ("%Y-%m-%d", get_lang(self.env).date_format, "%d.%m.%Y"):
            try:
                return datetime.strptime(text, pattern).date()
            except ValueError:
                continue
        return None

    def _get_words(self, name):
        """Return ``{word: value}`` of a choice: in both languages, and technically."""
        field = self.env["client.wallet"]._fields[name]
        words = {}
        for lang in ("en_US", self.env.lang or "en_US"):
            env = self.with_context(lang=lang).env
            for value, label in field._description_selection(env):
                words[value.casefold()] = words[label.casefold()] = value
        return words

    def _get_word(self, cells, name, words, reasons):
        text = str(cells.get(name, ""))
        if not text:
            return None
        value = words.get(text.casefold())
        if not value:
            field = self.env["client.wallet"]._fields[name]
            reasons.append(
                self.env._(
                    "%(field)s: “%(text)s” is not known. Write one of: %(words)s.",
                    field=field._description_string(self.env),
                    text=text,
                    words=", ".join(
                        dict(field._description_selection(self.env)).values()
                    ),
                )
            )
        return value

    def _try(self, reasons, check, value):
        """Return ``value`` unless the model's own check refuses it."""
        try:
            check(value)
        except ValidationError as error:
            reasons.append(str(error))
            return None
        return value

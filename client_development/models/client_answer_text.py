import re
from unicodedata import category

# More is no answer, but an attempt to fill the database.
LONGEST_ANSWER = 10_000
# Larger is no figure about a client, but a slip of the keyboard.
LARGEST_NUMBER = 1e12
# Control characters and halves of characters: PostgreSQL refuses some of them.
UNSTORABLE = ("Cc", "Cs")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,4})?", re.I)
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")


def clean_text(text):
    """Return what somebody has typed, without what no database takes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (char for char in text if char in "\n\t" or category(char) not in UNSTORABLE)
    return "".join(kept).strip()


def read_number(text, thousands):
    """Return the number that ``text`` stands for, as ``float`` takes it.

    Understands what people type and paste: spaces of any width and apostrophes between
    the thousands, a comma as the decimal sign, and both signs where only one reading is
    possible. One sign with three digits behind it is read by ``thousands``, the
    separator of the language.

    :return: an empty text if it is no number
    """
    number = re.sub(r"[\s'\u2019\u202f]", "", text).replace("\u2212", "-")
    commas, points = number.count(","), number.count(".")
    thousands = thousands if thousands in (",", ".") else None
    if commas and points:
        decimal = max(",.", key=number.rfind)
        grouping = "," if decimal == "." else "."
        whole, _decimal, _fraction = number.rpartition(decimal)
        if decimal in whole or not GROUPED.fullmatch(whole):
            return ""
        number = number.replace(grouping, "").replace(decimal, ".")
    elif GROUPED.fullmatch(number) and (
        commas + points > 1 or (thousands and thousands in number)
    ):
        number = number.replace(",", "").replace(".", "")
    else:
        number = number.replace(",", ".")
    return number if NUMBER.fullmatch(number) else ""


def is_record_id(value):
    """Whether ``value``, sent by whoever, can be the id of a record at all."""
    return type(value) is int and 0 < value < 2**31

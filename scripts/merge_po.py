"""Bring the addon's translations in line with a fresh export; or only check them.

Runs in the tools environment (it needs polib):

    merge_po.py FRESH.pot i18n/ADDON.pot i18n/*.po            merge and write
    merge_po.py --check FRESH.pot i18n/ADDON.pot i18n/*.po    report, change nothing

Merging keeps every translation, adds new terms untranslated and drops obsolete ones.
"""

import argparse
import re
import sys
from pathlib import Path

import polib


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("fresh", type=Path)
    parser.add_argument("template", type=Path)
    parser.add_argument("translations", type=Path, nargs="*")
    options = parser.parse_args()
    fresh = polib.pofile(str(options.fresh))
    if options.check:
        findings = list(check(fresh, options.template, options.translations))
        print("\n".join(findings))
        return 1 if findings else 0
    write_template(fresh, options.template)
    for path in options.translations:
        count, missing = merge(fresh, path)
        print(f"{path.name}: {count} terms, {missing} untranslated")
    return 0


def has_words(text):
    """Whether a term has anything to translate: not so ``<b>%</b>``, ``ID``, ``a.b``.

    Odoo shows an untranslated term as it is, and OCA's checks want it left empty where
    the translation would be the same.
    """
    text = re.sub(r"<[^>]*>|%\(\w+\)s|\b\w+(\.\w+)+\b", " ", text)
    return re.search(r"[^\W\d_]*[^\W\dA-Z_][^\W\d_]*", text) is not None


def terms(catalogue):
    """What makes two catalogues the same: terms, where they are used, remarks."""
    return [
        (entry.msgctxt, entry.msgid, tuple(entry.occurrences), entry.comment)
        for entry in catalogue
        if not entry.obsolete
    ]


def write_template(fresh, path):
    """Write the export, unless only its date differs from what is there."""
    if path.exists() and terms(polib.pofile(str(path))) == terms(fresh):
        print(f"{path.name}: unchanged, {len(fresh)} terms")
        return
    fresh.save(str(path))
    print(f"{path.name}: written, {len(fresh)} terms")


def merge(fresh, path):
    """Lay the translations of ``path`` over the fresh terms."""
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    known = {(entry.msgctxt, entry.msgid): entry for entry in old}
    merged = polib.POFile(wrapwidth=fresh.wrapwidth)
    merged.header = old.header or fresh.header
    merged.metadata = {**fresh.metadata, **old.metadata}
    for term in fresh:
        entry = polib.POEntry(
            msgid=term.msgid,
            msgctxt=term.msgctxt,
            occurrences=term.occurrences,
            comment=term.comment,
            flags=list(term.flags),
        )
        before = known.get((term.msgctxt, term.msgid))
        if before and not before.fuzzy:
            entry.msgstr = before.msgstr if before.msgstr != term.msgid else ""
            entry.tcomment = before.tcomment
        merged.append(entry)
    merged.sort(key=lambda entry: entry.msgid)
    # compared as text: an edit by hand may only have broken lines elsewhere
    if not path.exists() or str(merged) != path.read_text():
        merged.save(str(path))
    missing = [entry.msgid for entry in merged.untranslated_entries()]
    return len(merged), len(list(filter(has_words, missing)))


def check(fresh, template, translations):
    """Yield one line per finding."""
    if not template.exists():
        yield f"{template.name} is missing: run ./dev i18n"
    elif terms(polib.pofile(str(template))) != terms(fresh):
        yield f"{template.name} does not match the code: run ./dev i18n"
    wanted = {(entry.msgctxt, entry.msgid) for entry in fresh}
    for path in translations:
        catalogue = polib.pofile(str(path))
        present = {(entry.msgctxt, entry.msgid) for entry in catalogue}
        for _context, msgid in sorted(wanted - present, key=str):
            yield f"{path.name}: term is missing, run ./dev i18n: {msgid!r}"
        for _context, msgid in sorted(present - wanted, key=str):
            yield f"{path.name}: term is not used any more, run ./dev i18n: {msgid!r}"
        for entry in catalogue:
            if entry.fuzzy or entry.obsolete:
                yield f"{path.name}:{entry.linenum}: fuzzy or obsolete: {entry.msgid!r}"
            elif not entry.msgstr and has_words(entry.msgid):
                yield f"{path.name}:{entry.linenum}: untranslated: {entry.msgid!r}"


if __name__ == "__main__":
    sys.exit(main())

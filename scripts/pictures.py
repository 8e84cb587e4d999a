"""The pictures of the README; ``./dev pictures`` runs this beside a serving demo.

Most of them show the demo data; those of the walks are taken by the tests that walk
them (WALKS), so that the README shows nothing that no test has seen. With names,
only those pictures of the demo data are taken.
"""

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
URL = os.environ["DEMO_URL"]
DESKTOP = {"viewport": {"width": 1400, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}

WALKS = [
    "tests/test_main_job.py",
    "tests/test_wallet_walk.py",
    "tests/test_strategy_walk.py",
    "tests/test_playbook_walk.py",
    "tests/test_region_walk.py",
    "tests/test_slip_walk.py",
    "tests/test_voice_walk.py",
]

FACTS = ".o_data_row:has-text('Moskva') button[name=action_open_facts]"
NEVA = ".o_data_row:has-text('Neva') button[name=action_open_facts]"
CAMPAIGN = ".o_kanban_record:has-text('Who can grow')"

# name, login, screen, path, what to click, what to wait for
PICTURES = [
    ("plans", "anna", DESKTOP, "/odoo/client-plans", None, ".o_kanban_record"),
    (
        "slip-reasons",
        "anna",
        DESKTOP,
        "/odoo/client-slip-reasons",
        None,
        ".o_graph_view canvas",
    ),
    ("facts", "anna", DESKTOP, "/odoo/clients", FACTS, ".o_client_trend canvas"),
    ("months", "anna", DESKTOP, "/odoo/client-months", None, ".o_graph_view canvas"),
    (
        "segment-rule",
        "admin",
        DESKTOP,
        "/odoo/client-segments",
        ".o_data_row:has-text('Losing') td[name=name]",
        ".o_tree_editor",
    ),
    ("wallet-grid", "ivan", DESKTOP, "/odoo/client-wallet-grid", None, ".o_data_row"),
    (
        "standards",
        "ivan",
        DESKTOP,
        "/odoo/action-client_development.client_breach_digest_action",
        ".o_data_row:has-text('Ivan') td[name=client_count]",
        ".o_form_view .o_data_row",
    ),
    ("portrait", "anna", DESKTOP, "/odoo/client-portrait", None, ".o_data_row"),
    ("suggestions", "ivan", DESKTOP, "/odoo/clients", NEVA, ".o_client_suggestion"),
    ("conversion", "anna", DESKTOP, "/odoo/client-conversion", None, ".o_pivot td"),
    (
        "self-check",
        "ivan",
        DESKTOP,
        "/odoo/client-self-check",
        None,
        ".o_self_check_card",
    ),
    (
        "call-desk",
        "ivan",
        DESKTOP,
        "/odoo/call-desk",
        None,
        ".o_client_desk_question",
    ),
    (
        "phone-call",
        "ivan",
        PHONE,
        "/odoo/call-desk",
        None,
        ".o_client_desk_question",
    ),
    (
        "answers-to-check",
        "dmitry",
        DESKTOP,
        "/odoo/client-answers-to-check",
        None,
        ".o_data_row",
    ),
    (
        "skipped-versus-answered",
        "dmitry",
        DESKTOP,
        "/odoo/client-skipped-versus-answered",
        None,
        ".o_pivot td",
    ),
    (
        "recommendations",
        "admin",
        DESKTOP,
        "/odoo/client-recommendations",
        None,
        ".o_pivot td",
    ),
    ("words", "anna", DESKTOP, "/odoo/client-words", None, ".o_data_row"),
    (
        "campaign",
        "anna",
        {"viewport": {"width": 1400, "height": 1080}},
        "/odoo/client-campaigns",
        CAMPAIGN,
        ".o_form_view .o_data_row",
    ),
    ("proposals", "anna", DESKTOP, "/odoo/client-proposals", None, ".o_data_row"),
]


def main(names):
    unknown = set(names) - {name for name, *_rest in PICTURES}
    if unknown:
        sys.exit(f"The demo has no picture named {', '.join(sorted(unknown))}.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"],
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for picture in PICTURES:
            if not names or picture[0] in names:
                take(browser, *picture)
        if not names:
            take_print(browser)
        browser.close()
    if names:
        return 0
    return subprocess.run(
        [ROOT / "dev", "test", *WALKS],
        env={**os.environ, "CLIENT_DEVELOPMENT_PICTURES": str(FOLDER)},
        check=False,
    ).returncode


def take(browser, name, login, screen, path, click, ready):
    """Log in, open ``path``, wait for ``ready`` and store ``name``.png."""
    page = log_in(browser, login, screen)
    page.goto(URL + path)
    if click:
        page.click(click)
    page.wait_for_selector(ready)
    page.wait_for_timeout(1500)  # avatars and animations
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"  docs/pictures/{name}.png")
    page.context.close()


def take_print(browser):
    """Print a running plan of the demo data and store its first page."""
    page = log_in(browser, "anna", DESKTOP)
    found = page.request.post(
        f"{URL}/web/dataset/call_kw/client.plan/search",
        data={
            "params": {
                "model": "client.plan",
                "method": "search",
                "args": [[["state", "=", "running"], ["line_ids", "!=", False]]],
                "kwargs": {"limit": 1, "order": "id"},
            }
        },
    )
    [plan_id] = found.json()["result"]
    report = "client_development.client_plan_report_document"
    content = page.request.get(f"{URL}/report/pdf/{report}/{plan_id}").body()
    target = FOLDER / "printed-plan"
    command = ["pdftoppm", "-png", "-r", "90", "-singlefile", "-", target]
    subprocess.run(command, input=content, check=True)  # Debian: poppler-utils
    print("  docs/pictures/printed-plan.png")
    page.context.close()


def log_in(browser, login, screen):
    """Return a page of the web client, logged in and within our app."""
    page = browser.new_context(**screen).new_page()
    page.goto(f"{URL}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_web_client")
    page.goto(f"{URL}/odoo/clients")  # the menu stays that of the last app
    page.wait_for_selector(".o_data_row, .o_kanban_record")
    return page


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

/**
 * The self-check, walked on the data of tests/test_self_check_walk.py: five questions
 * are answered, and each answer opens its records.
 */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const row = (text) => `.o_data_row:contains("${text}")`;
const card = (name) => `.o_self_check_card[name="${name}"]`;
const openPage = () => [
    ...stepUtils.goToAppSteps("client_development.client_development_menu_root"),
    {
        content: "open the menu",
        trigger: `[data-menu-xmlid="client_development.client_development_menu_my"]`,
        run: "click",
    },
    {
        content: "open the self-check",
        trigger: `.o-dropdown--menu [data-menu-xmlid="client_development.client_self_check_menu"]`,
        run: "click",
    },
];
const answer = (name, text) => ({
    content: `the answer: ${text}`,
    trigger: `${card(name)} .o_field_html:contains("${text}")`,
});
const openAndReturn = (name, button, shown) => [
    {
        content: `open ${button}`,
        trigger: `${card(name)} button[name="${button}"]:visible`,
        run: "click",
    },
    {
        content: "the records behind the answer",
        trigger: `.o_list_view ${shown}`,
    },
    {
        content: "back to the page",
        trigger: `.o_breadcrumb .breadcrumb-item a:contains("Self-Check")`,
        run: "click",
    },
    {
        content: "the page is there again",
        trigger: card(name),
    },
];

tours.add("client_development_self_check_walk", {
    steps: () => [
        ...openPage(),
        {
            content: "a salesperson has nothing to choose",
            trigger: `.o_self_check:not(:has([name="scope"]:visible)) ${card("indicator")}`,
        },
        answer("indicator", "Indicators in use: 1"),
        ...openAndReturn("indicator", "action_view_objectives", row("More of the wallet")),
        answer("time", "of working time goes to the development of clients"),
        answer("time", "Meeting: 3.0"),
        ...openAndReturn("time", "action_view_time", row("Azure Joinery")),
        answer("key", "Clients of class A: 1"),
        ...openAndReturn("key", "action_view_key", row("Azure Joinery")),
        {
            content: "its potential is unknown; what to do about it is said",
            trigger: `${card("key")} .alert:contains("without a known potential: 1")`,
        },
        ...openAndReturn("key", "action_view_key_unknown", row("Azure Joinery")),
        answer("potential", "100.00"),
        ...openAndReturn("potential", "action_view_others", row("Cork Yards")),
        answer("goal", "More of the wallet"),
        ...openAndReturn("goal", "action_view_month_goals", row("More of the wallet")),
        {
            content: "a client's name opens his facts, in a window of their own",
            trigger: `${card("key")} a[target="_blank"]:contains("Azure Joinery")`,
            run({ anchor }) {
                anchor.removeAttribute("target"); // a tour stays in its window
                anchor.click();
            },
        },
        {
            content: "the facts",
            trigger: `.o_form_view .oe_title:contains("Azure Joinery")`,
        },
        ...openPage(),
        answer("goal", "More of the wallet"),
    ],
});

tours.add("client_development_self_check_team", {
    steps: () => [
        ...openPage(),
        {
            content: "without clients of his own the leader begins with his team",
            trigger: `.o_field_widget[name="team_id"] input:value("Team North")`,
        },
        answer("key", "Clients of class A: 1"),
        {
            content: "look at oneself",
            trigger: `[name="scope"] .o_selection_badge:contains("Me")`,
            run: "click",
        },
        answer("key", "There are no clients here yet"),
        {
            content: "look at one person",
            trigger: `[name="scope"] .o_selection_badge:contains("One Person")`,
            run: "click",
        },
        {
            content: "choose him",
            trigger: `[name="user_id"] input`,
            run: "edit cd_salesperson",
        },
        {
            content: "take him; nobody else is offered",
            trigger: `.o-autocomplete--dropdown-menu:not(:contains("cd_salesperson2")) .o-autocomplete--dropdown-item:contains("cd_salesperson")`,
            run: "click",
        },
        answer("key", "Clients of class A: 1"),
        ...openAndReturn("key", "action_view_key", row("Azure Joinery")),
    ],
});

/**
 * The main job, walked on Odoo's own demo database (tests/test_main_job.py): plan,
 * order, call, coverage, review, print. Each tour ends on the screen that the README
 * shows.
 */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const CLIENT = "Acme Corporation";
const row = (text) => `.o_data_row:contains("${text}")`;
const openMenu = (menu, submenu) => [
    ...stepUtils.goToAppSteps("client_development.client_development_menu_root"),
    {
        content: "open the menu",
        trigger: `[data-menu-xmlid="client_development.${menu}"]`,
        run: "click",
    },
    ...(submenu
        ? [
              {
                  content: "open the entry of the menu",
                  trigger: `.o-dropdown--menu [data-menu-xmlid="client_development.${submenu}"]`,
                  run: "click",
              },
          ]
        : []),
];
const addAction = (number, name, deadline) => [
    {
        content: "add an action",
        trigger: `[name="line_ids"] .o_field_x2many_list_row_add a:contains("Add an action")`,
        run: "click",
    },
    {
        content: "what",
        trigger: `[name="line_ids"] .o_selected_row:nth-child(${number}) [name="name"] input`,
        run: `edit ${name}`,
    },
    {
        content: "when",
        trigger: `[name="line_ids"] .o_selected_row:nth-child(${number}) [name="date_deadline"]`,
        run: "click",
    },
    {
        content: "when, as a distance from today",
        trigger: `[name="line_ids"] .o_selected_row:nth-child(${number}) [name="date_deadline"] input`,
        run: `edit ${deadline}`,
    },
];

tours.add("client_development_main_job_clients", {
    steps: () => [
        ...openMenu("client_fact_menu"),
        {
            content: "the client of the demo database is listed",
            trigger: row(CLIENT),
        },
    ],
});

tours.add("client_development_main_job_plan", {
    steps: () => [
        {
            content: "open the client",
            trigger: `${row(CLIENT)} [name="partner_id"]`,
            run: "click",
        },
        {
            content: "open the page of client development",
            trigger: `.o_notebook a[name="client_development"]`,
            run: "click",
        },
        {
            content: "make a plan",
            trigger: `button[name="action_client_plan_create"]`,
            run: "click",
        },
        {
            content: "the client is filled in",
            trigger: `.o_form_view [name="partner_id"] input:value("${CLIENT}")`,
        },
        ...addAction(1, "Meet the head of purchasing", "+7d"),
        ...addAction(2, "Offer a trial of the new range", "+21d"),
        {
            content: "save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "start",
            trigger: `button[name="action_start"]`,
            run: "click",
        },
        {
            content: "the plan runs",
            trigger: `.o_statusbar_status [data-value="running"][aria-checked="true"]`,
        },
        {
            content: "its next review is set",
            trigger: `.o_field_widget[name="next_review_date"]:not(.o_field_empty)`,
        },
    ],
});

tours.add("client_development_main_job_order", {
    steps: () => [
        {
            content: "confirm the quotation",
            trigger: `.o_statusbar_buttons button[name="action_confirm"]:visible`,
            run: "click",
        },
        {
            content: "it is an order",
            trigger: `.o_statusbar_status [data-value="sale"][aria-checked="true"]`,
        },
    ],
});

tours.add("client_development_main_job_queue", {
    steps: () => [
        ...openMenu("client_development_menu_my", "client_survey_menu_my"),
        {
            content: "the completed order is to be surveyed",
            trigger: row(CLIENT),
        },
    ],
});

const openCall = () => ({
    content: "call the client: the desk opens at him",
    trigger: `${row(CLIENT)} button[name="action_call"]`,
    run: "click",
});

const isOpen = `.o_client_desk_head:contains("${CLIENT}")`;

tours.add("client_development_main_job_call", {
    steps: () => [
        openCall(),
        {
            content: "the call desk shows the client and the five questions",
            trigger: `.o_client_desk:has(${isOpen}) .o_client_desk_question:nth-child(5)`,
        },
    ],
});

tours.add("client_development_main_job_answer", {
    steps: () => [
        openCall(),
        {
            content: "answered, but without a rating",
            trigger: `.o_client_desk:has(${isOpen}) button[data-outcome="answered"]`,
            run: "click",
        },
        {
            content: "the missing rating is named at its question",
            trigger: `[data-type="stars"] .o_client_desk_wrong`,
        },
        {
            content: "what he liked most",
            trigger: ".o_client_desk_question:first textarea",
            run: "edit The delivery came a day early.",
        },
        {
            content: "five stars",
            trigger: `.o_client_desk_star:has(input[value="5"])`,
            run: "click",
        },
        {
            content: "answered",
            trigger: `.o_client_desk:has(.fa-star:eq(4)) button[data-outcome="answered"]`,
            run: "click",
        },
        {
            content: "the next client of the salesperson opens by itself",
            trigger: `.o_client_desk:not(:has(${isOpen})) .o_client_desk_head`,
        },
        {
            content: "the answered client is no longer to be called",
            trigger: `.o_client_desk_aside:not(:contains("${CLIENT}"))`,
        },
    ],
});

tours.add("client_development_main_job_coverage", {
    steps: () => [
        ...openMenu("client_development_menu_surveys", "client_coverage_menu"),
        {
            content: "the week of the salesperson is recorded",
            trigger: row("Marc Demo"),
        },
    ],
});

tours.add("client_development_main_job_review", {
    steps: () => [
        {
            content: "the leader is told about the overdue review",
            trigger: `.o-mail-Activity:contains("was not held in time")`,
        },
    ],
});

tours.add("client_development_main_job_print", {
    steps: () => [
        {
            content: "open the action menu",
            trigger: `.o_cp_action_menus button:has(.fa-cog)`,
            run: "click",
        },
        {
            content: "print the plan",
            trigger: `.o-dropdown--menu .o_menu_item:has(.fa-print)`,
            run: "click",
        },
        {
            content: "the server has made the document",
            trigger: `body:not(:has(.o_blockUI)):not(.o_ui_blocked)`,
        },
    ],
});

/**
 * A strategy of the company, walked on the data of tests/test_strategy_walk.py: SWOT,
 * quality gate, signatures, review, final acceptance, lessons.
 */
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const ITEMS = {
    strength: [
        "Delivery on the next day",
        "Advice on the building site",
        "Own laboratory for anchors",
        "Regular clients recommend us",
    ],
    weakness: [
        "Quotations take three days",
        "No drawings in the web shop",
        "Nobody answers after five",
        "Few standards are written down",
    ],
    opportunity: [
        "Timber construction is growing",
        "A competitor leaves the region",
        "Clients want one supplier",
        "Subsidies for renovation",
    ],
    risk: [
        "The only storekeeper retires",
        "Steel prices rise",
        "A large client is taken over",
        "Client data leaves with employees",
    ],
};
const row = (text) => `.o_data_row:contains("${text}")`;
const noModal = "body:not(:has(.modal))";
const button = (name, content) => ({
    content,
    trigger: `${noModal} .o_statusbar_buttons button[name="${name}"]`,
    run: "click",
});
const openPage = (name) => ({
    content: `open the page ${name}`,
    trigger: `${noModal} .o_notebook a[name="${name}"]`,
    run: "click",
});
const save = [
    {
        content: "save",
        trigger: ".o_form_button_save",
        run: "click",
    },
    {
        content: "saved",
        trigger: ".o_form_saved",
    },
];
const saveDialog = [
    {
        content: "save",
        trigger: ".modal .o_form_button_save",
        run: "click",
    },
    {
        content: "back on the plan",
        trigger: noModal,
    },
];
const choose = (field, text) => [
    {
        content: `look for ${text}`,
        trigger: `${field} input`,
        run: `edit ${text}`,
    },
    {
        content: `choose ${text}`,
        trigger: `.o-autocomplete--dropdown-item:contains("${text}")`,
        run: "click",
    },
];
const gauge = (text) => ({
    content: `the gauge shows ${text}`,
    trigger: `${noModal} [name="swot_gauge"]:contains("${text}")`,
});

const addItem = (kind, name, number) => [
    {
        content: `add an item: ${kind}`,
        trigger: `[name="${kind}_ids"] .o_field_x2many_list_row_add a`,
        run: "click",
    },
    {
        content: "in one sentence",
        trigger: `[name="${kind}_ids"] .o_selected_row:nth-child(${number}) [name="name"] input`,
        run: `edit ${name}`,
    },
];

tours.add("client_development_strategy_walk_make", {
    steps: () => [
        {
            content: "what is planned for",
            trigger: `.o_form_view [name="scope"] input`,
            run: "click",
        },
        {
            content: "the company",
            trigger: `.o_select_menu_item:contains("Company")`,
            run: "click",
        },
        openPage("other"),
        ...choose(`.o_form_view [name="controller_id"]`, "Otto Stores"),
        openPage("swot"),
        {
            content: "point A",
            trigger: `.o_form_view [name="point_a"] textarea`,
            run: "edit Known for screws only",
        },
        {
            content: "point B",
            trigger: `.o_form_view [name="point_b"] textarea`,
            run: "edit Asked first for every fastening",
        },
        ...Object.entries(ITEMS).flatMap(([kind, names]) =>
            names.flatMap((name, index) => addItem(kind, name, index + 1))
        ),
        ...save,
        gauge("0/16"),
    ],
});

tours.add("client_development_strategy_walk_turn", {
    steps: () => [
        gauge("0/16"),
        {
            content: "turn one into an action",
            trigger: `[name="strength_ids"] .o_data_row:first button[name="action_make_line"]`,
            run: "click",
        },
        {
            content: "what is proposed",
            trigger: `.modal [name="name"] input:value("Show: ${ITEMS.strength[0]}")`,
        },
        {
            content: "how anyone will see it",
            trigger: `.modal [name="result"] textarea`,
            run: "edit The reference list is on the web site",
        },
        ...saveDialog,
        gauge("1/16"),
        {
            content: "all the others at once",
            trigger: `button[name="action_make_swot_lines"]`,
            run: "click",
        },
        {
            content: "fifteen",
            trigger: `.o_notification:contains("15 actions added")`,
        },
        gauge("16/16"),
    ],
});

const checkPlan = button("action_check_gate", "check the plan");

tours.add("client_development_strategy_walk_check", {
    steps: () => [
        button("action_request_signatures", "try to have it signed"),
        {
            content: "sixteen things are missing",
            trigger: `.modal .alert-warning [name="finding_count"]:contains("16")`,
        },
        {
            content: "no objective",
            trigger: `.modal [name="exhaustive_ids"] ${row("Objectives: the plan has none")}`,
        },
        {
            content: "fifteen actions without a checkable result",
            trigger: `.modal [name="clear_ids"] .o_data_row:nth-child(15)`,
        },
    ],
});

tours.add("client_development_strategy_walk_mend", {
    steps: () => [
        checkPlan,
        {
            content: "mend the missing objective",
            trigger: `.modal [name="exhaustive_ids"] ${row("Objectives")} button[name="action_mend"]`,
            run: "click",
        },
        ...choose(`.modal [name="indicator_id"]`, "Standards written"),
        {
            content: "how much",
            trigger: `.modal [name="target"] input`,
            run: "edit 10",
        },
        ...saveDialog,
        checkPlan,
        {
            content: "now nothing serves the objective",
            trigger: `.modal [name="exhaustive_ids"] ${row("no action serves it")}`,
        },
        {
            content: "mend an action",
            trigger: `.modal [name="clear_ids"] ${row(ITEMS.weakness[0])} button[name="action_mend"]`,
            run: "click",
        },
        ...choose(`.modal [name="objective_id"]`, "Standards written"),
        {
            content: "how anyone will see it",
            trigger: `.modal [name="result"] textarea`,
            run: "edit Ten standards are written",
        },
        ...saveDialog,
        openPage("lines"),
        {
            content: "the other results, in the list",
            trigger: `[name="line_ids"] .o_optional_columns_dropdown button`,
            run: "click",
        },
        {
            content: "show the column",
            trigger: `.o-dropdown--menu input[name="result"]`,
            run: "click",
        },
        {
            content: "it is shown",
            trigger: `[name="line_ids"] th[data-name="result"]`,
        },
        ...Array.from({ length: 14 }, (_, index) => index + 3).flatMap((number) => [
            {
                content: `action ${number}`,
                trigger: `[name="line_ids"] .o_data_row:nth-child(${number}) td[name="result"]`,
                run: "click",
            },
            {
                content: "how anyone will see it",
                trigger: `[name="line_ids"] .o_selected_row:nth-child(${number}) [name="result"] textarea`,
                run: `edit Result ${number} is signed by the client`,
            },
        ]),
        ...choose(`[name="line_ids"] .o_selected_row:nth-child(16) [name="user_id"]`, "Sam North"),
        {
            content: "another one",
            trigger: `[name="line_ids"] .o_data_row:nth-child(15) td[name="user_id"]`,
            run: "click",
        },
        ...choose(`[name="line_ids"] .o_selected_row:nth-child(15) [name="user_id"]`, "Otto Stores"),
        ...save,
        checkPlan,
        {
            content: "nothing is missing",
            trigger: `.modal .alert-success:contains("Nothing is missing")`,
        },
    ],
});

tours.add("client_development_strategy_walk_request", {
    steps: () => [
        button("action_request_signatures", "have it signed"),
        {
            content: "it is being signed",
            trigger: `${noModal} .o_statusbar_buttons button:contains("Back to Discussion")`,
        },
    ],
});

tours.add("client_development_strategy_walk_unsigned", {
    steps: () => [
        {
            content: "who is still awaited",
            trigger: `.o_form_view [name="signoff_waiting"]:contains("Otto Stores")`,
        },
        {
            content: "it may be spoken of again, not started",
            trigger: `.o_statusbar_buttons:has(button[name="action_discuss"]):not(:has(button[name="action_start"]))`,
        },
    ],
});

tours.add("client_development_strategy_walk_to_sign", {
    steps: () => [
        {
            content: "the plan waits for me",
            trigger: `.o_list_view .o_data_row:first button[name="action_open_page"]:contains("Read and Sign")`,
        },
    ],
});

tours.add("client_development_strategy_walk_start", {
    steps: () => [
        button("action_start", "start"),
        {
            content: "it runs, and its next review is set",
            trigger: `${noModal} .o_form_view [name="next_review_date"]:not(.o_field_empty)`,
        },
        {
            content: "it may be reviewed",
            trigger: `.o_statusbar_buttons button[name="action_hold_review"]`,
        },
    ],
});

const confirmResources = {
    content: "the resources are confirmed",
    trigger: `.o_form_view [name="resources"] .o_radio_item:contains("Confirmed") input`,
    run: "click",
};
const holdReview = [
    {
        content: "the review is held",
        trigger: `.o_statusbar_buttons button[name="action_hold"]`,
        run: "click",
    },
    {
        content: "held; it says what comes next",
        trigger: `.o_notification:contains("review")`,
    },
    {
        content: "and leads to the plan",
        trigger: `.o_form_view .o_notebook a[name="lines"]`,
    },
];

tours.add("client_development_strategy_walk_review", {
    steps: () => [
        button("action_hold_review", "open the review"),
        {
            content: "it lists what is late, by itself",
            trigger: `.o_form_view button[name="action_view_part"]:contains("Overdue")`,
        },
        {
            content: "and what is far behind",
            trigger: `.o_form_view button[name="action_view_part"]:contains("Far Behind")`,
        },
        confirmResources,
        {
            content: "what was found",
            trigger: `.o_form_view [name="findings"] textarea`,
            run: "edit The first month went into the quotations",
        },
        {
            content: "decide something",
            trigger: `.o_form_view [name="decision_ids"] .o_field_x2many_list_row_add a`,
            run: "click",
        },
        {
            content: "what",
            trigger: `[name="decision_ids"] .o_selected_row [name="name"] input`,
            run: "edit Visit the three largest",
        },
        {
            content: "when",
            trigger: `[name="decision_ids"] .o_selected_row [name="date_deadline"]`,
            run: "click",
        },
        {
            content: "when, as a distance from today",
            trigger: `[name="decision_ids"] .o_selected_row [name="date_deadline"] input`,
            run: "edit +60d",
        },
        ...save,
    ],
});

tours.add("client_development_strategy_walk_reviewed", {
    steps: () => [
        button("action_hold_review", "open the review again"),
        {
            content: "it is as it was left",
            trigger: `.o_form_view [name="decision_ids"] ${row("Visit the three largest")}`,
        },
    ],
});

tours.add("client_development_strategy_walk_hold", {
    steps: () => [button("action_hold_review", "open the review again"), ...holdReview],
});

tours.add("client_development_strategy_walk_done", {
    steps: () => [
        openPage("objectives"),
        {
            content: "what was reached",
            trigger: `[name="objective_ids"] .o_data_row td[name="current"]`,
            run: "click",
        },
        {
            content: "eight of ten",
            trigger: `[name="objective_ids"] .o_selected_row [name="current"] input`,
            run: "edit 8",
        },
        ...save,
        {
            content: "all actions",
            trigger: `button[name="action_view_lines"]`,
            run: "click",
        },
        {
            content: "select all",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "they are done",
            trigger: `.o_control_panel button[name="action_done"]`,
            run: "click",
        },
        {
            content: "why were they late?",
            trigger: `.modal [name="slip_ids"]`,
        },
        ...choose(`.modal [name="reason_id"]`, "Resources missing"),
        {
            content: "say so",
            trigger: `.modal footer button[name="action_explain"]`,
            run: "click",
        },
        {
            content: "all are done",
            trigger: `${noModal} .o_list_view`,
        },
    ],
});

tours.add("client_development_strategy_walk_ask", {
    steps: () => [
        button("action_close", "close it"),
        {
            content: "who accepts it first",
            trigger: `.modal .alert-danger:contains("Otto Stores")`,
        },
        {
            content: "ask for it",
            trigger: `.modal footer button[name="action_final_review"]`,
            run: "click",
        },
        {
            content: "asked",
            trigger: noModal,
        },
    ],
});

tours.add("client_development_strategy_walk_accept", {
    steps: () => [
        {
            content: "the acceptance waits for me",
            trigger: `.o_list_view .o_data_row td[name="plan_id"]`,
            run: "click",
        },
        {
            content: "it is the final one",
            trigger: `.o_form_view .alert-info:contains("final acceptance")`,
        },
        confirmResources,
        {
            content: "what was found",
            trigger: `.o_form_view [name="findings"] textarea`,
            run: "edit All of it was looked at",
        },
        ...holdReview,
    ],
});

tours.add("client_development_strategy_walk_close", {
    steps: () => [
        button("action_close", "close it"),
        {
            content: "partly reached",
            trigger: `.modal [name="result"]:contains("Partly")`,
        },
        ...choose(`.modal [name="reason_id"]`, "Resources missing"),
        {
            content: "what we learned",
            trigger: `.modal [name="lessons"] textarea`,
            run: "edit Write less, try more",
        },
        {
            content: "close",
            trigger: `.modal footer button[name="action_confirm"]:visible`,
            run: "click",
        },
        {
            content: "the result is seen from afar",
            trigger: `.o_widget_web_ribbon .ribbon span:contains("Partly Reached")`,
        },
    ],
});

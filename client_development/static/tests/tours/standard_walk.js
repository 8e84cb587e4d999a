/**
 * Standards, walked on the data of tests/test_standard_walk.py: set on the segment,
 * breached, named to the salesperson, mended in the browser, closed by the check.
 */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const CLIENT = "Azure Joinery";
const row = (text) => `.o_data_row:contains("${text}")`;
const openMenu = (menu, submenu) => [
    ...stepUtils.goToAppSteps("client_development.client_development_menu_root"),
    {
        content: "open the menu",
        trigger: `[data-menu-xmlid="client_development.${menu}"]`,
        run: "click",
    },
    {
        content: "open the entry of the menu",
        trigger: `.o-dropdown--menu [data-menu-xmlid="client_development.${submenu}"]`,
        run: "click",
    },
];
const startPlan = [
    {
        content: "the draft of the plan",
        trigger: `.o_form_view .o_statusbar_buttons button[name="action_start"]`,
        run: "click",
    },
    {
        content: "it runs",
        trigger: `.o_statusbar_status [data-value="running"][aria-checked="true"]`,
    },
];

tours.add("client_development_standard_walk_set", {
    steps: () => [
        ...openMenu("client_development_menu_configuration", "client_segment_menu"),
        {
            content: "open the segment",
            trigger: `${row("Watched")} [name="name"]`,
            run: "click",
        },
        {
            content: "its clients have a plan",
            trigger: `.o_form_view [name="plan_required"] input`,
            run: "click",
        },
        {
            content: "save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "saved; nothing is breached before the check",
            trigger: `body:has(.o_form_saved) button[name="action_view_breaches"]:contains("0")`,
        },
    ],
});

tours.add("client_development_standard_walk_mend", {
    steps: () => [
        {
            content: "open the tasks",
            trigger: ".o_menu_systray .fa-clock-o",
            run: "click",
        },
        {
            content: "the one task about standards",
            trigger: `.o-mail-ActivityGroup:contains("Standards Breached")`,
            run: "click",
        },
        {
            content: "the salesperson's list, with its numbers",
            trigger: `${row("cd_salesperson")} [name="client_count"]:contains("1")`,
            run: "click",
        },
        {
            content: "who is owed what, and why",
            trigger: `.o_form_view ${row(CLIENT)}:contains("No running development plan")`,
        },
        {
            content: "do something about it",
            trigger: `.o_form_view ${row(CLIENT)} button[name="action_plan_action"]`,
            run: "click",
        },
        {
            content: "a new action in his plan, already named",
            trigger: `.modal [name="name"] input:value("Complete and start the plan")`,
        },
        {
            content: "not now",
            trigger: ".modal .o_form_button_cancel",
            run: "click",
        },
        {
            content: "open the client",
            trigger: `body:not(:has(.modal)) .o_form_view ${row(CLIENT)} button[name="action_open_client"]`,
            run: "click",
        },
        {
            content: "his card counts the breach; open his plans",
            trigger: `.o_form_view:has(button[name="action_view_client_breaches"]:visible .o_stat_value:contains("1")) button[name="action_view_client_plans"]`,
            run: "click",
        },
        {
            content: "the draft",
            trigger: `.o_kanban_record:contains("Plan for Azure")`,
            run: "click",
        },
        ...startPlan,
        {
            content: "back to the list of standards",
            trigger: ".o_menu_systray .fa-clock-o",
            run: "click",
        },
        {
            content: "the task is still there",
            trigger: `.o-mail-ActivityGroup:contains("Standards Breached")`,
            run: "click",
        },
        {
            content: "open it",
            trigger: `${row("cd_salesperson")} [name="client_count"]`,
            run: "click",
        },
        {
            content: "check again",
            trigger: `.o_statusbar_buttons button[name="action_check"]`,
            run: "click",
        },
        {
            content: "it says so",
            trigger: `.o_notification:contains("Mended: 1")`,
        },
        {
            content: "nothing is owed any more",
            trigger: `.o_form_view .alert-success:contains("All clients have what they are owed")`,
        },
    ],
});

tours.add("client_development_standard_walk_start", {
    steps: () => [
        ...openMenu("client_development_menu_my", "client_breach_menu_my"),
        {
            content: "his open breaches",
            trigger: `.o_searchview:contains("Open"):contains("My Clients")`,
        },
        {
            content: "open the breach",
            trigger: `${row(CLIENT)}:contains("No running development plan") [name="partner_id"]`,
            run: "click",
        },
        {
            content: "open the plan",
            trigger: `.o_statusbar_buttons button[name="action_open_plan"]`,
            run: "click",
        },
        ...startPlan,
    ],
});

/**
 * Facts, segments and classes, walked on the data of tests/test_fact_walk.py: from a
 * confirmed order to the figure, from a rule to its members, from a raise to its
 * reason, from a class to the orders behind it.
 */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const CLIENT = "Azure Joinery";
const row = (text) => `.o_data_row:contains("${text}")`;
const openMenu = (menu, submenu) => [
    ...stepUtils.goToAppSteps("client_development.client_development_menu_root"),
    ...goToMenu(menu, submenu),
];
const goToMenu = (menu, submenu) => [
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
const openFacts = (client) => ({
    content: "open the client's facts",
    trigger: `${row(client)} button[name="action_open_facts"]`,
    run: "click",
});
const figure = (name, text) =>
    `.o_client_figures td:nth-child(2) [name="${name}"]:contains("${text}")`;
tours.add("client_development_fact_walk_confirm", {
    steps: () => [
        ...stepUtils.goToAppSteps("sale.sale_menu_root"),
        {
            content: "open the quotation",
            trigger: `${row("NF-0042")} [name="name"]`,
            run: "click",
        },
        {
            content: "confirm it",
            trigger: `.o_statusbar_buttons button[name="action_confirm"]:visible`,
            run: "click",
        },
        {
            content: "it is an order",
            trigger: `.o_statusbar_status [data-value="sale"][aria-checked="true"]`,
        },
    ],
});

tours.add("client_development_fact_walk_facts", {
    steps: () => [
        ...openMenu("client_fact_menu"),
        openFacts(CLIENT),
        {
            content: "the order is counted",
            trigger: figure("order_count", "3"),
        },
        {
            content: "and its amount is in the sales",
            trigger: figure("amount", "350.00"),
        },
        {
            content: "open the orders behind the figure",
            trigger: `.o_client_figures td:nth-child(2) button:has([name="order_count"])`,
            run: "click",
        },
        {
            content: "these are all of them",
            trigger: `.o_list_view:has(${row("NF-0002")}):has(${row("NF-0003")})`,
        },
        {
            content: "open the order of today",
            trigger: `${row("NF-0042")} [name="name"]`,
            run: "click",
        },
        {
            content: "it is the order that was confirmed",
            trigger: `.o_form_view .oe_title:contains("NF-0042")`,
        },
    ],
});

const writeCondition = (number, field, value) => {
    const condition = `[name="domain"] .o_tree_editor_condition:eq(${number})`;
    return [
        {
            content: "a new condition",
            trigger: `[name="domain"] a:contains("New Rule")`,
            run: "click",
        },
        {
            content: "choose its field",
            trigger: `${condition} .o_model_field_selector`,
            run: "click",
        },
        {
            content: "search the field",
            trigger: ".o_model_field_selector_popover_search input",
            run: `edit ${field.search}`,
        },
        {
            content: "take it",
            trigger: `.o_model_field_selector_popover_item[data-name="${field.name}"] button:contains("${field.search}")`,
            run: "click",
        },
        {
            content: "the field is taken",
            trigger: `${condition} .o_model_field_selector_chain_part:contains("${field.search}")`,
        },
        {
            content: "more than",
            trigger: `${condition} .o_tree_editor_editor:eq(1) select`,
            run: "selectByLabel greater than",
        },
        {
            content: "so much",
            trigger: `${condition}:has(select:value(">")) .o_tree_editor_editor:eq(2) input`,
            run: `edit ${value} && press Tab`,
        },
    ];
};
const countIs = (count) => ({
    content: `the number beside the rule: ${count}`,
    trigger: `[name="domain"] .o_domain_show_selection_button:contains("${count} record(s)")`,
});

tours.add("client_development_fact_walk_rule", {
    steps: () => [
        ...openMenu("client_development_menu_configuration", "client_segment_menu"),
        {
            content: "a new segment",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "its name",
            trigger: `.o_form_view [name="name"] input`,
            run: "edit Regular Buyers",
        },
        {
            content: "its rank",
            trigger: `.o_form_view [name="rank"] input`,
            run: "edit 2",
        },
        {
            content: "no rule, no conditions; switch it on",
            trigger: `.o_form_view:not(:has([name="domain"])) [name="has_rule"] input`,
            run: "click",
        },
        {
            content: "a rule without a condition counts nobody",
            trigger: `[name="domain"]:has(a:contains("New Rule"))`,
            run: ({ anchor }) => {
                for (const part of anchor.querySelectorAll(
                    ".o_tree_editor_connector, .o_field_domain_panel"
                )) {
                    if (part.checkVisibility()) {
                        throw new Error(`Shown without a condition: ${part.innerText}`);
                    }
                }
            },
        },
        ...writeCondition(0, { name: "amount", search: "Sales" }, "250"),
        countIs(2),
        ...writeCondition(1, { name: "order_count", search: "Orders" }, "1"),
        countIs(1),
        {
            content: "save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "it has a member by rule; open it",
            trigger: `button[name="action_view_rule_clients"]:has(.o_stat_value:contains("1"))`,
            run: "click",
        },
        {
            content: "the member, and nobody else",
            trigger: `.o_list_view:not(:has(${row("Cork Yards")})) ${row(CLIENT)}:contains("Regular Buyers")`,
        },
    ],
});

tours.add("client_development_fact_walk_raise", {
    steps: () => [
        ...openMenu("client_fact_menu"),
        openFacts(CLIENT),
        {
            content: "change the priority",
            trigger: `.o_statusbar_buttons button[name="action_change_priority"]`,
            run: "click",
        },
        {
            content: "the present one is shown",
            trigger: `.modal [name="present"]:contains("Regular Buyers")`,
        },
        {
            content: "the new one",
            trigger: `.modal [name="segment_id"] input`,
            run: "edit Key",
        },
        {
            content: "is Key; what was typed has been looked up",
            trigger: `.o-autocomplete--dropdown-menu:not(:contains("Growth")) .o-autocomplete--dropdown-item:contains(/^Key$/)`,
            run: "click",
        },
        {
            content: "the assistant says that this is better",
            trigger: `.modal .alert-success:contains("A better priority")`,
        },
        {
            content: "why",
            trigger: `.modal [name="reason"] textarea`,
            run: "edit New plant, buys in three categories",
        },
        {
            content: "change it",
            trigger: `.modal footer button[name="action_confirm"]`,
            run: "click",
        },
        {
            content: "the client has the new segment",
            trigger: `body:not(:has(.modal)) .o_form_view [name="segment_ids"] .o_tag:contains("Key")`,
        },
        {
            content: "open the client's moves",
            trigger: `.o_statusbar_buttons button[name="action_view_segment_moves"]`,
            run: "click",
        },
        {
            content: "the move has its reason",
            trigger: row("New plant, buys in three categories"),
        },
        ...goToMenu("client_development_menu_reporting", "client_segment_move_menu"),
        {
            content: "all moves by people: this one, with its reason",
            trigger: `.o_searchview:contains("By a Person")`,
        },
        {
            content: "the move has its reason here, too",
            trigger: `${row(CLIENT)}:contains("Key"):contains("New plant, buys in three categories")`,
        },
    ],
});

tours.add("client_development_fact_walk_class", {
    steps: () => [
        ...openMenu("client_fact_menu"),
        {
            content: "open the client",
            trigger: `${row(CLIENT)} [name="partner_id"]`,
            run: "click",
        },
        {
            content: "his class",
            trigger: `button[name="action_view_client_facts"]:contains("A")`,
            run: "click",
        },
        {
            content: "why it is A: who is ahead",
            trigger: `[name="abc_explanation"]:contains("Clients ahead of this one: 1 of 3")`,
        },
        {
            content: "and what he makes of all, and up to what A goes",
            trigger: `[name="abc_explanation"]:contains("they make 56.8 %"):contains("Class A goes up to 80 %")`,
        },
        {
            content: "open the orders behind the class",
            trigger: `.o_notebook button[name="action_view_orders"]`,
            run: "click",
        },
        {
            content: "his two orders, also the one of his contact",
            trigger: `.o_list_view:not(:has(${row("NF-0042")})):has(${row("NF-0003")}) ${row("NF-0002")} [name="name"]`,
            run: "click",
        },
        {
            content: "the order itself",
            trigger: `.o_form_view .oe_title:contains("NF-0002")`,
        },
        {
            content: "back to the facts",
            trigger: `.o_breadcrumb .breadcrumb-item a:contains(/^${CLIENT}$/)`,
            run: "click",
        },
        {
            content: "open the clients ahead",
            trigger: `.o_notebook button[name="action_view_clients_ahead"]`,
            run: "click",
        },
        {
            content: "only one is ahead",
            trigger: `.o_list_view:not(:has(${row("Birch Works")})) ${row("Cork Yards")}`,
        },
        openFacts("Cork Yards"),
        {
            content: "nobody is ahead of that one",
            trigger: `[name="abc_explanation"]:contains("nobody of the 3 classed clients is ahead")`,
        },
        {
            content: "open his orders",
            trigger: `.o_notebook button[name="action_view_orders"]`,
            run: "click",
        },
        {
            content: "the order that puts him ahead",
            trigger: row("NF-0001"),
        },
    ],
});

/**
 * The wallet, walked on the data of tests/test_wallet_walk.py: a sheet is imported, its
 * gap becomes an opportunity and an action, the order follows, the objective is on
 * track.
 */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const CLIENT = "Azure Joinery";
const SHEET = "/client_development_walk/wallets.xlsx";
const row = (text) => `.o_data_row:contains("${text}")`;
const openApp = () =>
    stepUtils.goToAppSteps("client_development.client_development_menu_root");
const openMenu = (menu, submenu) => [
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
const checkSheet = () => [
    ...openApp(),
    ...openMenu("client_development_menu_plans", "client_wallet_grid_menu"),
    {
        content: "of the anchors nothing is known yet",
        trigger: `.o_list_view ${row("Anchors")}:contains("${CLIENT}")`,
    },
    ...openMenu("client_development_menu_plans", "client_wallet_import_menu"),
    {
        content: "choose the sheet",
        trigger: `.modal [name="file"] .o_select_file_button`,
        async run({ queryFirst }) {
            const answer = await fetch(SHEET);
            const files = new DataTransfer();
            files.items.add(new File([await answer.blob()], "wallets.xlsx"));
            const input = queryFirst(`.modal [name="file"] input[type="file"]`);
            input.files = files.files;
            input.dispatchEvent(new Event("change", { bubbles: true }));
        },
    },
    {
        content: "the sheet is chosen",
        trigger: `.modal [name="file"] input:value("wallets.xlsx")`,
    },
    {
        content: "check it",
        trigger: `.modal footer button[name="action_check"]`,
        run: "click",
    },
    {
        content: "two rows can be stored",
        trigger: `.modal .alert-success [name="good_count"]:contains("2")`,
    },
    {
        content: "the bad one is named by its number, and why",
        trigger: `.modal [name="row_ids"] ${row("Paint")}:has([name="number"]:contains(/^4$/)) [name="reason"]:contains("Paint")`,
    },
];
const openGrid = () => [
    ...openApp(),
    {
        content: "open the clients",
        trigger: `[data-menu-xmlid="client_development.client_fact_menu"]`,
        run: "click",
    },
    {
        content: "open the client's facts",
        trigger: `${row(CLIENT)} button[name="action_open_facts"]`,
        run: "click",
    },
    {
        content: "open his wallet grid",
        trigger: `.o_form_view button[name="action_view_wallet_grid"]`,
        run: "click",
    },
];
const cell = (category, name, text) => ({
    content: `${category}: ${name} ${text}`,
    trigger: `${row(category)} [name="${name}"]:contains("${text}")`,
});

tours.add("client_development_wallet_walk_check", {
    steps: () => checkSheet(),
});

tours.add("client_development_wallet_walk_grid", {
    steps: () => [
        ...checkSheet(),
        {
            content: "store the good rows",
            trigger: `.modal footer button[name="action_import"]`,
            run: "click",
        },
        {
            content: "two are new",
            trigger: `.modal .alert-success [name="new_count"]:contains("2")`,
        },
        {
            content: "the bad one is not stored",
            trigger: `.modal .alert-warning:contains("not stored") [name="bad_count"]:contains("1")`,
        },
        {
            content: "open the grid of all clients",
            trigger: `.modal footer button[name="action_open_grid"]`,
            run: "click",
        },
        {
            content: "the new potential is in it",
            trigger: `.o_list_view ${row("Anchors")}:contains("${CLIENT}"):contains("500.00")`,
        },
        ...openGrid(),
        {
            content: "whose it is, is said",
            trigger: `.o_breadcrumb:contains("White Space: ${CLIENT}")`,
        },
        cell("Screws", "potential", "1,000.00"),
        cell("Screws", "amount", "200.00"),
        cell("Screws", "share", "20.0"),
        cell("Screws", "gap", "800.00"),
        cell("Anchors", "potential", "500.00"),
        cell("Anchors", "supplier", "Dowel Brothers"),
        cell("Anchors", "amount", "0.00"),
        cell("Anchors", "gap", "500.00"),
        {
            content: "where he buys nothing there is nothing to develop",
            trigger: `${row("Glue")}:not(:has(button:contains("Develop")))`,
        },
    ],
});

tours.add("client_development_wallet_walk_gap", {
    steps: () => [
        ...openGrid(),
        {
            content: "develop the gap",
            trigger: `${row("Anchors")} button:contains("Develop")`,
            run: "click",
        },
        {
            content: "the opportunity; open its action",
            trigger: `body:has(.o_breadcrumb:contains("Anchors for Azure Joinery")) .o_form_view button[name="action_view_client_lines"]:contains("1")`,
            run: "click",
        },
        {
            content: "the action, in the running plan",
            trigger: `.o_form_view [name="plan_name"]:contains("More than Screws")`,
        },
        {
            content: "it develops the category",
            trigger: `.o_form_view [name="category_id"] input:value("Anchors")`,
        },
        ...openGrid(),
        {
            content: "the gap is in work",
            trigger: `${row("Anchors")} button:contains("In Work")`,
        },
    ],
});

tours.add("client_development_wallet_walk_order", {
    steps: () => [
        ...openGrid(),
        {
            content: "open what works on the gap",
            trigger: `${row("Anchors")} button:contains("In Work")`,
            run: "click",
        },
        {
            content: "make the quotation",
            trigger: `.o_statusbar_buttons button[name="action_sale_quotations_new"]`,
            run: "click",
        },
        {
            content: "it is for the client; add a product",
            trigger: `.o_form_view:has([name="partner_id"] input:value("${CLIENT}")) .o_field_x2many_list_row_add a:contains("Add a product")`,
            run: "click",
        },
        {
            content: "anchors",
            trigger: `.o_selected_row [name="product_template_id"] input`,
            run: "edit Anchor M8",
        },
        {
            content: "take them",
            trigger: `.o-autocomplete--dropdown-item a:contains(/^Anchor M8$/)`,
            run: "click",
        },
        {
            content: "the price is there; twenty-five",
            trigger: `.o_selected_row:has([name="price_unit"] input:value("20.00")) [name="product_uom_qty"] input`,
            run: "edit 25",
        },
        {
            content: "leave the line",
            trigger: `a[name="order_lines"]`,
            run: "click",
        },
        {
            content: "the order comes to the whole gap",
            trigger: `.o_form_view:not(:has(.o_selected_row)) [name="tax_totals"]:contains("500.00")`,
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

tours.add("client_development_wallet_walk_objective", {
    steps: () => [
        ...openApp(),
        ...openMenu("client_development_menu_my", "client_plan_objective_menu_my"),
        {
            content: "the objective is on track; open it",
            trigger: `${row("Share of wallet")}:has([name="status"] .text-bg-success:contains("On Track")) [name="name"]`,
            run: "click",
        },
        {
            content: "the records behind its value",
            trigger: `.o_form_view button[name="action_view_records"]`,
            run: "click",
        },
        {
            content: "the client",
            trigger: `.o_list_view:not(:has(${row("Birch Works")})) ${row(CLIENT)}`,
        },
        {
            content: "back to the objective",
            trigger: `.o_breadcrumb .breadcrumb-item a:contains("Share of wallet")`,
            run: "click",
        },
        {
            content: "from the baseline of the start to more than the target",
            trigger: `.o_form_view:has([name="status"]:contains("On Track")) [name="baseline"]:contains("20.00")`,
        },
        {
            content: "what it stands at",
            trigger: `.o_form_view [name="current"]:contains("46.67")`,
        },
    ],
});

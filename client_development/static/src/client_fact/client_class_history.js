import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** One coloured cell per closed month: the client's ABC class at its end. */
export class ClientClassHistory extends Component {
    static template = "client_development.ClassHistory";
    static props = { ...standardFieldProps };

    get months() {
        return this.props.record.data[this.props.name] || [];
    }

    get first() {
        return this.months[0]?.label;
    }

    get last() {
        return this.months.at(-1)?.label;
    }

    title(month) {
        return `${month.label}: ${month.abc || "–"}${month.xyz || ""}`;
    }
}

registry.category("fields").add("client_class_history", {
    component: ClientClassHistory,
    supportedTypes: ["json"],
});

import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/core/utils/numbers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * A change against the previous period: arrow, sign, colour.
 *
 * Options: `previous` names the figure of the previous period. `kind` says what is
 * shown: `growth` (the field itself is a change in percent), `percent` (the change of
 * the field in percent) or `number` (its difference). Nothing is shown when there is
 * nothing to compare with: no previous figure above 0, or for `number` one of the
 * figures `known` and `previous_known` is 0.
 */
export class ClientChange extends Component {
    static template = "client_development.ClientChange";
    static props = {
        ...standardFieldProps,
        kind: String,
        previous: String,
        known: { type: String, optional: true },
        previousKnown: { type: String, optional: true },
    };

    get change() {
        const { record, name, kind, previous, known, previousKnown } = this.props;
        const value = record.data[name] || 0;
        const before = record.data[previous] || 0;
        if (kind === "number") {
            const missing = [known, previousKnown].some((f) => f && !record.data[f]);
            return missing || (!value && !before) ? null : value - before;
        }
        if (before <= 0) {
            return null;
        }
        return kind === "growth" ? value : ((value - before) / before) * 100;
    }

    get direction() {
        const change = Math.round(this.change * 10);
        return Math.sign(change);
    }

    get classes() {
        return { 1: "text-success", 0: "text-muted", [-1]: "text-danger" }[this.direction];
    }

    get icon() {
        return { 1: "fa-arrow-up", 0: "fa-arrow-right", [-1]: "fa-arrow-down" }[this.direction];
    }

    get text() {
        const integer = this.props.record.fields[this.props.name].type === "integer";
        const digits = this.props.kind === "number" && integer ? 0 : 1;
        const number = formatFloat(Math.abs(this.change), { digits: [16, digits] });
        const sign = { 1: "+", 0: "", [-1]: "−" }[this.direction];
        return `${sign}${number}${this.props.kind === "number" ? "" : " %"}`;
    }
}

registry.category("fields").add("client_change", {
    component: ClientChange,
    supportedTypes: ["float", "integer", "monetary"],
    fieldDependencies: ({ options }) =>
        [options.previous, options.known, options.previous_known]
            .filter(Boolean)
            .map((name) => ({ name, type: "float", readonly: true })),
    extractProps: ({ options }) => ({
        kind: options.kind || "percent",
        previous: options.previous,
        known: options.known,
        previousKnown: options.previous_known,
    }),
});

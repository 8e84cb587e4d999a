import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Up to three product categories that similar clients buy and this one does not.
 *
 * Each has three buttons for what the client says; a click keeps the answer at once.
 */
export class ClientSuggestions extends Component {
    static template = "client_development.Suggestions";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ figures: this.read(this.props), busy: false });
        onWillUpdateProps((next) => {
            // What an answer has brought stays until the record is read anew.
            if (this.read(next) !== this.read(this.props)) {
                this.state.figures = this.read(next);
            }
        });
        this.answers = [
            { code: "offered", label: _t("Offered"), style: "btn-info" },
            { code: "interested", label: _t("Interested"), style: "btn-success" },
            { code: "refused", label: _t("Refused"), style: "btn-danger" },
        ];
    }

    read(props) {
        return props.record.data[props.name];
    }

    share(row) {
        return _t("bought by %s % of similar clients", row.share);
    }

    style(row, answer) {
        return row.answer === answer.code ? answer.style : "btn-outline-secondary";
    }

    async answer(row, answer) {
        await this.call("action_answer_suggestion", [row.category_id, answer], (figures) => {
            this.state.figures = figures;
        });
    }

    async openLikes(row) {
        await this.call("action_view_likes", [row.category_id], (action) =>
            this.action.doAction(action)
        );
    }

    async develop(row) {
        await this.call("action_develop_suggestion", [row.category_id], (action) =>
            this.action.doAction(action)
        );
    }

    /** One click at a time: a second one would be kept as a second answer. */
    async call(method, args, then) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const resId = this.props.record.resId;
            await then(await this.orm.call("client.fact", method, [[resId], ...args]));
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("fields").add("client_suggestions", {
    component: ClientSuggestions,
    supportedTypes: ["json"],
});

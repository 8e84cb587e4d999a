import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/core/utils/numbers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A rating from 1 to 5, or a mean of such, as stars: to look at only. */
export class ClientSurveyRating extends Component {
    static template = "client_development.SurveyRating";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get title() {
        const digits = Number.isInteger(this.value) ? 0 : 1;
        return _t("%s of 5", formatFloat(this.value, { digits: [16, digits] }));
    }

    icon(star) {
        if (this.value >= star - 0.25) {
            return "fa-star text-warning";
        }
        return this.value >= star - 0.75 ? "fa-star-half-o text-warning" : "fa-star-o text-muted";
    }
}

registry.category("fields").add("client_survey_rating", {
    component: ClientSurveyRating,
    supportedTypes: ["integer", "float"],
});

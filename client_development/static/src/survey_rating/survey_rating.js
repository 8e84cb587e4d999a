import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A rating from 1 to 5 as stars, to look at only. */
export class ClientSurveyRating extends Component {
    static template = "client_development.SurveyRating";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get title() {
        return _t("%s of 5", this.value);
    }
}

registry.category("fields").add("client_survey_rating", {
    component: ClientSurveyRating,
    supportedTypes: ["integer"],
});

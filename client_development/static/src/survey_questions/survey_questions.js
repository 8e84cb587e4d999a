import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * The questions of the call form, one below the other, each with the input that
 * suits it: text, stars, number, date or a choice. A list cannot show this.
 */
export class ClientSurveyQuestions extends Component {
    static template = "client_development.SurveyQuestions";
    static props = { ...standardFieldProps };

    get lines() {
        return this.props.record.data[this.props.name].records;
    }

    inputType(line) {
        return { numerical_box: "number", date: "date" }[line.data.question_type] || "text";
    }

    isStarred(line, value) {
        return Number(line.data.answer) >= Number(value);
    }

    update(line, value) {
        return line.update({ answer: value });
    }
}

export const clientSurveyQuestions = {
    component: ClientSurveyQuestions,
    supportedTypes: ["one2many"],
    relatedFields: [
        { name: "title", type: "char", readonly: true },
        { name: "question_type", type: "char", readonly: true },
        { name: "is_mandatory", type: "boolean", readonly: true },
        { name: "choices", type: "json", readonly: true },
        { name: "answer", type: "text", readonly: false },
    ],
};

registry.category("fields").add("client_survey_questions", clientSurveyQuestions);

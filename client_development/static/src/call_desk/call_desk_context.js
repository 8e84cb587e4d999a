import { Component } from "@odoo/owl";

import { ClientSuggestions } from "../client_fact/client_suggestions";
import { sayDate, sayMoment } from "./call_desk_words";

const SHOWN_LINES = 8;

/** What is good to know while calling: the order, the last answers, what to offer. */
export class CallDeskContext extends Component {
    static template = "client_development.CallDeskContext";
    static components = { ClientSuggestions };
    static props = { card: Object, openRecord: Function };

    setup() {
        this.sayDate = sayDate;
        this.sayMoment = sayMoment;
    }

    lines(order) {
        return order.lines.slice(0, SHOWN_LINES);
    }

    more(order) {
        return Math.max(order.lines.length - SHOWN_LINES, 0);
    }

    stars(rating) {
        return [1, 2, 3, 4, 5].map((star) => (rating >= star ? "fa-star" : "fa-star-o"));
    }

    /** What the widget of the client's form expects. */
    get suggestionRecord() {
        const { id, figures } = this.props.card.suggestions;
        return { resId: id, data: { suggestions: figures } };
    }
}

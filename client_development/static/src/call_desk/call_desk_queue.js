import { Component } from "@odoo/owl";

import { sayDate, sayMoment } from "./call_desk_words";

/** Whom to call: now, waiting after a call in vain, and promised for later. */
export class CallDeskQueue extends Component {
    static template = "client_development.CallDeskQueue";
    static props = {
        queue: Object,
        current: { type: String, optional: true },
        choose: Function,
    };

    setup() {
        this.sayDate = sayDate;
        this.sayMoment = sayMoment;
    }
}

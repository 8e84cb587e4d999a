/**
 * The four quadrants of a SWOT: lists side by side that are typed into in turn.
 *
 * A list leaves its row when somebody clicks elsewhere, and opens a new one, but only
 * after the server has answered. Two lists of one form can so have a row open at once,
 * and the one that is left takes the cursor back. Here one row is opened after the
 * other, and the row of a neighbour is left first.
 */
import { toRaw } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { ListRenderer } from "@web/views/list/list_renderer";

/** Of each form: what opens a row waits for what is opening one. */
const mutexes = new WeakMap();

export class ClientPlanSwotRenderer extends ListRenderer {
    static props = [...ListRenderer.props, "openAlone"];

    onCellKeydown(ev, group = null, record = null) {
        // A row is open, and the cursor still on its way there from "Add an item".
        if (record || !this.editedRecord) {
            super.onCellKeydown(ev, group, record);
        }
    }

    async onCellClicked(record, column, ev, newWindow) {
        const open = () => super.onCellClicked(record, column, ev, newWindow);
        await (record.isInEdition ? open() : this.props.openAlone(open));
    }
}

export class ClientPlanSwotItems extends X2ManyField {
    static components = { ...X2ManyField.components, ListRenderer: ClientPlanSwotRenderer };

    get rendererProps() {
        return { ...super.rendererProps, openAlone: this.openAlone.bind(this) };
    }

    async onAdd(params) {
        await this.openAlone(() => super.onAdd(params));
    }

    /** Open a row when no other quadrant has one any more. */
    async openAlone(open) {
        const form = toRaw(this.props.record);
        if (!mutexes.has(form)) {
            mutexes.set(form, new Mutex());
        }
        await mutexes.get(form).exec(async () => {
            if (await this.leaveNeighbours()) {
                await open();
            }
        });
    }

    /** Close the open row of each other quadrant; false when one must stay open. */
    async leaveNeighbours() {
        const { data, fields } = this.props.record;
        for (const [name, list] of Object.entries(data)) {
            const isNeighbour =
                name !== this.props.name &&
                fields[name].type === "one2many" &&
                fields[name].relation === this.list.resModel;
            if (isNeighbour && list.editedRecord && !(await list.leaveEditMode())) {
                return false;
            }
        }
        return true;
    }
}

registry.category("fields").add("client_plan_swot_items", {
    ...x2ManyField,
    component: ClientPlanSwotItems,
    additionalClasses: [...(x2ManyField.additionalClasses || []), "o_field_one2many"],
});

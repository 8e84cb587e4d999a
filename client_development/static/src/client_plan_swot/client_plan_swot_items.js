/**
 * The four quadrants of a SWOT: lists side by side that are typed into in turn.
 *
 * A list leaves its row when somebody clicks elsewhere, but only after the server has
 * answered. Two lists of one form can so have a row open at once, and the one that is
 * left takes the cursor back. Here the row of a neighbour is left first; only then a
 * row is opened.
 */
import { registry } from "@web/core/registry";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { ListRenderer } from "@web/views/list/list_renderer";

export class ClientPlanSwotRenderer extends ListRenderer {
    static props = [...ListRenderer.props, "leaveNeighbours"];

    async onCellClicked(record, column, ev, newWindow) {
        if (record.isInEdition || (await this.props.leaveNeighbours())) {
            await super.onCellClicked(record, column, ev, newWindow);
        }
    }
}

export class ClientPlanSwotItems extends X2ManyField {
    static components = { ...X2ManyField.components, ListRenderer: ClientPlanSwotRenderer };

    get rendererProps() {
        return {
            ...super.rendererProps,
            leaveNeighbours: this.leaveNeighbours.bind(this),
        };
    }

    async onAdd(params) {
        if (await this.leaveNeighbours()) {
            await super.onAdd(params);
        }
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

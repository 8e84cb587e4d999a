import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { GraphModel } from "@web/views/graph/graph_model";
import { graphView } from "@web/views/graph/graph_view";

const MEASURE = "coverage";
const TARGET = "target:avg";

/** The columns of the coverage, with the line of the target that held then. */
export class ClientCoverageGraphModel extends GraphModel {
    setup() {
        super.setup(...arguments);
        this.targets = {};
    }

    async _loadDataPoints(metaData) {
        const result = await super._loadDataPoints(metaData);
        const { groupBy, measure, resModel } = metaData;
        if (measure !== MEASURE || !groupBy.length) {
            return result;
        }
        const { spec } = groupBy[0];
        const groups = await this.orm.formattedReadGroup(
            resModel,
            this.searchParams.domain,
            [spec],
            [TARGET],
            { context: { ...this.searchParams.context } }
        );
        const targets = Object.fromEntries(
            groups.map((group) => [JSON.stringify(group[spec]), group[TARGET]])
        );
        const [dataPoints] = result;
        this.targets = Object.fromEntries(
            dataPoints.map(({ identifier, labels }) => {
                const [first] = JSON.parse(identifier);
                return [labels[0], targets[JSON.stringify(first[spec])]];
            })
        );
        return result;
    }

    _getLineOverlayDataset() {
        const { groupBy, measure } = this.metaData;
        if (measure !== MEASURE || !groupBy.length || !this.data.labels.length) {
            return super._getLineOverlayDataset();
        }
        const { labels } = this.data;
        return {
            label: _t("Target"),
            data: labels.map((label) => this.targets[label]),
            currencyIds: new Array(labels.length).fill(),
            trueLabels: labels,
        };
    }
}

registry.category("views").add("client_coverage_graph", {
    ...graphView,
    Model: ClientCoverageGraphModel,
});

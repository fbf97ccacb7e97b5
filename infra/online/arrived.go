package online

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

// HealthySeries reports whether Azure Monitor has the series of a deployment's
// healthy instances, on which the alert for none rests.
func (c *Client) HealthySeries(ctx context.Context, deployment string, since, until time.Time) (bool, error) {
	series, err := ReadMetric(ctx, c.arm, c.id+"/deployments/"+deployment, "DeploymentCapacity", "Maximum", "State eq 'Healthy'", since, until)
	for _, s := range series {
		if len(s.Values) > 0 {
			return true, err
		}
	}
	return false, err
}

// LogLines counts what a table of the Log Analytics workspace with an ARM id
// has of a deployment. Lines come some minutes late, and in the endpoint's first
// hour not at all.
func (c *Client) LogLines(ctx context.Context, logAnalyticsID, table, deployment string, since time.Time) (int, error) {
	return ReadCount(ctx, c.arm, logAnalyticsID, fmt.Sprintf("%s\n| where DeploymentName == %q and TimeGenerated >= datetime(%s)\n| count", table, deployment, since.UTC().Format(time.RFC3339)))
}

// ReadCount asks a Log Analytics workspace for a count, the only row of a query.
func ReadCount(ctx context.Context, client *arm.Client, logAnalyticsID, query string) (int, error) {
	var answer struct {
		Tables []struct{ Rows [][]float64 }
	}
	table, _, _ := strings.Cut(query, "\n")
	err := client.Do(ctx, http.MethodPost, logAnalyticsID+"/query", "2017-10-01", nil, map[string]string{"query": query}, &answer)
	if err != nil {
		return 0, fmt.Errorf("query %s: %s", table, arm.Reason(err))
	}
	if len(answer.Tables) != 1 || len(answer.Tables[0].Rows) != 1 || len(answer.Tables[0].Rows[0]) != 1 {
		return 0, fmt.Errorf("query %s: the answer has no count", table)
	}
	return int(answer.Tables[0].Rows[0][0]), nil
}

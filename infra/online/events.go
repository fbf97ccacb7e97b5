package online

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

// Event is something that happened to a deployment.
type Event struct {
	Time    time.Time
	Name    string
	Message string
}

func (e Event) String() string {
	return fmt.Sprintf("%s %s: %s", e.Time.UTC().Format(time.TimeOnly), e.Name, strings.Join(strings.Fields(e.Message), " "))
}

// Operations returns what Azure's activity log has on a deployment that didn't
// succeed, oldest first. It comes some minutes late.
func (c *Client) Operations(ctx context.Context, deployment string, since time.Time) ([]Event, error) {
	return ReadOperations(ctx, c.arm, c.id+"/deployments/"+deployment, since)
}

// ReadOperations returns what the activity log has on a resource that didn't
// succeed, oldest first.
func ReadOperations(ctx context.Context, client *arm.Client, resource string, since time.Time) ([]Event, error) {
	var answer struct {
		Value []struct {
			EventTimestamp time.Time
			OperationName  struct{ Value string }
			Status         struct{ Value string }
			Properties     struct{ StatusMessage, StatusCode string }
		}
	}
	subscription, _, _ := strings.Cut(strings.TrimPrefix(resource, "/subscriptions/"), "/")
	err := client.Do(ctx, http.MethodGet, "/subscriptions/"+subscription+"/providers/Microsoft.Insights/eventtypes/management/values",
		"2015-04-01", map[string]string{
			"$filter": fmt.Sprintf("eventTimestamp ge '%s' and resourceUri eq '%s'", since.UTC().Format(time.RFC3339), resource),
			"$select": "eventTimestamp,operationName,status,properties",
		}, nil, &answer)
	if err != nil {
		return nil, fmt.Errorf("read the activity log: %s", arm.Reason(err))
	}
	var out []Event
	for i := range answer.Value { // newest first
		e := answer.Value[len(answer.Value)-1-i]
		if e.Status.Value != "Failed" {
			continue
		}
		out = append(out, Event{e.EventTimestamp, e.OperationName.Value, strings.TrimSpace(e.Properties.StatusCode + " " + e.Properties.StatusMessage)})
	}
	return out, nil
}

// eventQuery reads what happened to the containers of a deployment: pulls,
// starts, probes that failed.
const eventQuery = `AmlOnlineEndpointEventLog
| where DeploymentName == "%s" and TimeGenerated >= datetime(%s)
| top 50 by TimeGenerated desc
| project TimeGenerated, Name, Message
| order by TimeGenerated asc`

// ContainerEvents returns what the Log Analytics workspace with an ARM id has of
// a deployment, oldest first. It comes some minutes late, and in the endpoint's
// first hour not at all.
func (c *Client) ContainerEvents(ctx context.Context, logAnalyticsID, deployment string, since time.Time) ([]Event, error) {
	return ReadEvents(ctx, c.arm, logAnalyticsID, fmt.Sprintf(eventQuery, deployment, since.UTC().Format(time.RFC3339)))
}

// ReadEvents asks a Log Analytics workspace for rows of time, name and message.
func ReadEvents(ctx context.Context, client *arm.Client, logAnalyticsID, query string) ([]Event, error) {
	var answer struct {
		Tables []struct{ Rows [][]any }
	}
	err := client.Do(ctx, http.MethodPost, logAnalyticsID+"/query", "2017-10-01", nil, map[string]string{"query": query}, &answer)
	if err != nil {
		return nil, fmt.Errorf("query the event log: %s", arm.Reason(err))
	}
	var out []Event
	for _, table := range answer.Tables {
		for _, row := range table.Rows {
			if len(row) != 3 {
				continue
			}
			at, _ := time.Parse(time.RFC3339, fmt.Sprint(row[0]))
			out = append(out, Event{at, fmt.Sprint(row[1]), fmt.Sprint(row[2])})
		}
	}
	return out, nil
}

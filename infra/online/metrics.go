package online

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

// Metrics are what Azure Monitor counted of a deployment's real requests,
// mirrored ones included.
type Metrics struct {
	Requests int
	Failed   int           // what the deployment is to blame for
	P95      time.Duration // the worst minute's; 0 without requests
}

// Metrics reads Azure Monitor's counts of a deployment, minute by minute. They
// come some minutes late.
func (c *Client) Metrics(ctx context.Context, deployment string, since, until time.Time) (Metrics, error) {
	var out Metrics
	counts, err := c.metric(ctx, "RequestsPerMinute",
		fmt.Sprintf("deployment eq '%s' and statusCode eq '*' and modelStatusCode eq '*'", deployment), since, until)
	if err != nil {
		return out, err
	}
	for _, series := range counts {
		total := 0.0
		for _, value := range series.Values {
			total += value // an average over a minute of requests a minute is their number
		}
		out.Requests += int(total + 0.5)
		if toBlame(series.Dimensions["statuscode"], series.Dimensions["modelstatuscode"]) {
			out.Failed += int(total + 0.5)
		}
	}
	latencies, err := c.metric(ctx, "RequestLatency_P95", fmt.Sprintf("deployment eq '%s'", deployment), since, until)
	if err != nil {
		return out, err
	}
	for _, series := range latencies {
		for _, value := range series.Values {
			out.P95 = max(out.P95, time.Duration(value*float64(time.Millisecond)))
		}
	}
	return out, nil
}

// toBlame tells a deployment's failures from its callers'. The gateway turns
// everything but 200 from the container into 424, a caller's mistake too, and
// has the container's own status in another dimension.
func toBlame(status, model string) bool {
	code, _ := strconv.Atoi(status)
	own, err := strconv.Atoi(model)
	switch {
	case code == http.StatusFailedDependency && err == nil && own > 0:
		return own >= http.StatusInternalServerError || own == http.StatusTooManyRequests || own == http.StatusRequestTimeout
	case code == http.StatusFailedDependency:
		return true
	}
	return ToBlame(status)
}

// ToBlame tells a deployment's failures from its callers', by a container's own
// status.
func ToBlame(status string) bool {
	code, _ := strconv.Atoi(status)
	return code >= http.StatusInternalServerError || code == http.StatusTooManyRequests || code == http.StatusRequestTimeout
}

// Series is one of a metric's series.
type Series struct {
	Dimensions map[string]string // names in lower case
	Values     []float64         // by minute, those that there are
}

func (c *Client) metric(ctx context.Context, name, filter string, since, until time.Time) ([]Series, error) {
	return ReadMetric(ctx, c.arm, c.id, name, "Average", filter, since, until)
}

// ReadMetric reads a metric of a resource by minute. aggregation is Average,
// Maximum or Total.
func ReadMetric(ctx context.Context, client *arm.Client, resource, name, aggregation, filter string, since, until time.Time) ([]Series, error) {
	var answer struct {
		Value []struct {
			ErrorCode, ErrorMessage string
			Timeseries              []struct {
				MetadataValues []struct {
					Name  struct{ Value string }
					Value string
				}
				Data []struct{ Average, Maximum, Total *float64 }
			}
		}
	}
	err := client.Do(ctx, http.MethodGet, resource+"/providers/Microsoft.Insights/metrics", "2018-01-01", map[string]string{
		"metricnames": name,
		"timespan":    since.UTC().Format(time.RFC3339) + "/" + until.UTC().Format(time.RFC3339),
		"interval":    "PT1M",
		"aggregation": aggregation,
		"$filter":     filter,
		"top":         "100",
	}, nil, &answer)
	if err != nil {
		return nil, fmt.Errorf("read the metric %s: %s", name, arm.Reason(err))
	}
	var out []Series
	for _, metric := range answer.Value {
		if metric.ErrorCode != "" && metric.ErrorCode != "Success" {
			return nil, fmt.Errorf("read the metric %s: %s %s", name, metric.ErrorCode, metric.ErrorMessage)
		}
		for _, series := range metric.Timeseries {
			read := Series{Dimensions: map[string]string{}}
			for _, m := range series.MetadataValues {
				read.Dimensions[strings.ToLower(m.Name.Value)] = m.Value
			}
			for _, point := range series.Data {
				value := map[string]*float64{"Average": point.Average, "Maximum": point.Maximum, "Total": point.Total}[aggregation]
				if value != nil {
					read.Values = append(read.Values, *value)
				}
			}
			out = append(out, read)
		}
	}
	return out, nil
}

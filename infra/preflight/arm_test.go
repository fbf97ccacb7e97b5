package preflight

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

// azure is a server that answers as Azure Resource Manager does.
type azure struct {
	*httptest.Server
	mu        sync.Mutex
	sizes     []map[string]any
	usages    map[string][]map[string]any // by region
	running   []map[string]any            // nil is no endpoint
	pageSize  int                         // 0 is one page
	offer     string                      // that can't have budgets
	skus      map[string][]map[string]any // by region
	resources map[string]any              // by id
	// fail, if it isn't nil, answers instead; n counts the requests.
	fail     func(w http.ResponseWriter, r *http.Request, n int) bool
	requests []string
}

const testSubscription = "00000000-0000-4000-8000-000000000001"

// newAzure has the sizes and quotas that a new subscription has: some F and D
// cores, no T4.
func newAzure(t *testing.T) *azure {
	t.Helper()
	vm := func(name, family string, vCPUs int, memoryGB float64, diskMB, gpus int, price float64) map[string]any {
		return map[string]any{
			"name": name, "family": family, "vCPUs": vCPUs, "gpus": gpus, "memoryGB": memoryGB, "maxResourceVolumeMB": diskMB,
			"supportedComputeTypes": []string{"AmlCompute", "ComputeInstance", "MIR"},
			"estimatedVMPrices": map[string]any{"billingCurrency": "USD", "unitOfMeasure": "OneHour", "values": []any{
				map[string]any{"retailPrice": price * 2, "osType": "Windows", "vmTier": "Standard"},
				map[string]any{"retailPrice": price / 5, "osType": "Linux", "vmTier": "LowPriority"},
				map[string]any{"retailPrice": price, "osType": "Linux", "vmTier": "Standard"},
			}},
		}
	}
	a := &azure{
		sizes: []map[string]any{
			vm("Standard_F2s_v2", "standardFSv2Family", 2, 4, 16384, 0, 0.1),
			vm("Standard_F4s_v2", "standardFSv2Family", 4, 8, 32768, 0, 0.2),
			vm("Standard_DS3_v2", "standardDSv2Family", 4, 14, 28672, 0, 0.3),
			vm("Standard_NC4as_T4_v3", "Standard NCASv3_T4 Family", 4, 28, 180224, 1, 0.5),
		},
		usages: map[string][]map[string]any{
			"westeurope": {
				total(0, 100),
				quota("Standard FSv2 Family Cluster LowPriority vCPUs", 0, 0),
				quota("Standard FSv2 Family Cluster Dedicated vCPUs", 0, 24),
				quota("Standard DSv2 Family Cluster Dedicated vCPUs", 0, 24),
				quota("Standard NCASv3_T4 Family Cluster Dedicated vCPUs", 0, 0),
				ofWorkspace("Standard FSv2 Family Cluster Dedicated vCPUs", 24, 24),
			},
			"swedencentral": {quota("Standard NCASv3_T4 Family Cluster Dedicated vCPUs", 0, 16)},
			"eastus":        {quota("Standard NCASv3_T4 Family Cluster Dedicated vCPUs", 0, -1)},
		},
	}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func quota(name string, used, limit int) map[string]any {
	return map[string]any{
		"type": "Microsoft.MachineLearningServices/locations/vmFamily/usages", "unit": "Count",
		"currentValue": used, "limit": limit, "name": map[string]any{"value": name, "localizedValue": name},
	}
}

// total is the quota over all families.
func total(used, limit int) map[string]any {
	q := quota("Total Cluster Dedicated Regional vCPUs", used, limit)
	q["type"] = "Microsoft.MachineLearningServices/locations/dedicatedCores/usages"
	return q
}

// ofWorkspace repeats a family's name for one workspace, as Azure does.
func ofWorkspace(name string, used, limit int) map[string]any {
	q := quota(name, used, limit)
	q["type"] = "Microsoft.MachineLearningServices/locations/workspaces/usages"
	return q
}

func (a *azure) client() *Client {
	options, err := arm.Options(a.URL)
	if err != nil {
		panic(err)
	}
	options.Retry.MaxRetries, options.Retry.RetryDelay = 3, time.Millisecond
	client, err := arm.New(login{}, options)
	if err != nil {
		panic(err)
	}
	return &Client{client, testSubscription}
}

type login struct{}

func (login) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "secret-token", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func (a *azure) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = append(a.requests, r.URL.Path)
	if a.fail != nil && a.fail(w, r, len(a.requests)) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer secret-token" || r.URL.Query().Get("api-version") == "" {
		armError(w, http.StatusUnauthorized, "AuthenticationFailed", "no token, or no API version")
		return
	}
	locations := "/subscriptions/" + testSubscription + "/providers/Microsoft.MachineLearningServices/locations/"
	rest, ok := strings.CutPrefix(r.URL.Path, locations)
	region, what, _ := strings.Cut(rest, "/")
	switch {
	case ok && what == "vmSizes":
		a.page(w, r, a.sizes)
	case ok && what == "usages":
		a.page(w, r, a.usages[region])
	case strings.HasSuffix(r.URL.Path, "/providers/Microsoft.Consumption/budgets") && a.offer != "":
		// The words of mivano/azure-cost-cli#24.
		armError(w, http.StatusBadRequest, "400", "Cost Management supports only Enterprise Agreement, Web direct and Microsoft Customer Agreement offer types. "+
			"offerId: "+a.offer+" is associated with offerType: None")
	case strings.HasSuffix(r.URL.Path, "/providers/Microsoft.Consumption/budgets"):
		a.page(w, r, nil)
	case strings.HasSuffix(r.URL.Path, "/providers/Microsoft.Compute/skus"):
		a.page(w, r, a.skus[strings.Trim(strings.TrimPrefix(r.URL.Query().Get("$filter"), "location eq "), "'")])
	case strings.HasSuffix(r.URL.Path, "/deployments") && a.running != nil:
		a.page(w, r, a.running)
	case a.resources[r.URL.Path] != nil:
		if err := json.NewEncoder(w).Encode(a.resources[r.URL.Path]); err != nil {
			panic(err)
		}
	default:
		armError(w, http.StatusNotFound, "ResourceNotFound", r.URL.Path)
	}
}

func (a *azure) page(w http.ResponseWriter, r *http.Request, items []map[string]any) {
	var from int
	fmt.Sscan(r.URL.Query().Get("skip"), &from)
	to := len(items)
	answer := map[string]any{}
	if a.pageSize > 0 && from+a.pageSize < len(items) {
		to = from + a.pageSize
		query := r.URL.Query()
		query.Set("skip", strconv.Itoa(to))
		answer["nextLink"] = a.URL + r.URL.Path + "?" + query.Encode()
	}
	answer["value"] = items[from:to]
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}

func armError(w http.ResponseWriter, status int, code, message string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"code":%q,"message":%q}}`, code, message)
}

// TestAnswersOfAzure: whatever Azure answers, the checks that need no answer
// run, and the report says which ones didn't.
func TestAnswersOfAzure(t *testing.T) {
	const path = "GET /subscriptions/…" + "/providers/Microsoft.MachineLearningServices/locations/westeurope/vmSizes: "
	always := func(status int, code string) func(http.ResponseWriter, *http.Request, int) bool {
		return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			armError(w, status, code, "because")
			return true
		}
	}
	text := func(body string) func(http.ResponseWriter, *http.Request, int) bool {
		return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			fmt.Fprint(w, body)
			return true
		}
	}
	for name, c := range map[string]struct {
		fail     func(http.ResponseWriter, *http.Request, int) bool
		requests int
		want     string
	}{
		"401": {always(401, "ExpiredAuthenticationToken"), 1, "401 ExpiredAuthenticationToken: because; sign in again with az login"},
		"403": {always(403, "AuthorizationFailed"), 1, "403 AuthorizationFailed: because; whoever is signed in needs Microsoft.MachineLearningServices/locations/usages/read and vmsizes/read on the subscription"},
		"429": {always(429, "TooManyRequests"), 4, "429 TooManyRequests: because; try again later"},
		"500": {always(500, "InternalServerError"), 4, "500 InternalServerError: because"},
		"503 of a proxy": {func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			http.Error(w, "<html>\n down </html>", http.StatusServiceUnavailable)
			return true
		}, 4, "503 "},
		"garbage":        {text("<html>"), 1, "the answer isn't what was asked for: invalid character '<' looking for beginning of value"},
		"a list of text": {text(`{"value":["Standard_F4s_v2"]}`), 1, "an item of the answer: json: cannot unmarshal string into Go value of type preflight.vmSize"},
		"nothing":        {text(`{"value":[]}`), 1, ""},
		"a page elsewhere": {text(`{"value":[],"nextLink":"https://example.org/steal-the-token"}`), 1,
			`a next page at "https://example.org/steal-the-token", which is no page of this list`},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAzure(t)
			a.fail = c.fail
			want := "sizes of the region and quota: not checked: " + path + c.want
			if c.want == "" {
				want = "sizes of the region and quota: not checked: azure lists no sizes for the region westeurope"
			}
			d := dev()
			d.MemoryMiB = 20 << 10 // can't fit: the offline checks must say so
			r := Check(t.Context(), Stack{Location: "westeurope", Deployments: []Deployment{d}}, a.client())
			if len(r.Skipped) != 1 || r.Skipped[0] != want {
				t.Errorf("skipped\n got %q\nwant %q", r.Skipped, want)
			}
			if len(r.Findings) != 1 || !strings.Contains(r.Findings[0], "of memory") {
				t.Errorf("findings %q", r.Findings)
			}
			if len(a.requests) != c.requests {
				t.Errorf("%d requests, want %d", len(a.requests), c.requests)
			}
			if said := strings.Join(r.Lines(), "\n"); strings.Contains(said, "secret-token") || strings.Contains(said, testSubscription) {
				t.Errorf("the token or the subscription is shown: %s", said)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	a := newAzure(t)
	a.Close()
	r := Check(t.Context(), Stack{Location: "westeurope", Deployments: []Deployment{dev()}}, a.client())
	if len(r.Skipped) != 1 || !strings.Contains(r.Skipped[0], "Azure can't be reached: ") || r.Err() != nil {
		t.Errorf("skipped %q, findings %q", r.Skipped, r.Findings)
	}
}

// TestPages: a list that comes in pages is read to its end.
func TestPages(t *testing.T) {
	a := newAzure(t)
	a.pageSize = 1
	sizes, err := a.client().sizes(t.Context(), "westeurope")
	if err != nil || len(sizes) != len(a.sizes) {
		t.Errorf("%d sizes, %v; want %d", len(sizes), err, len(a.sizes))
	}
}

package azure

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// Gateway answers for Azure Resource Manager what programs ask beside their
// providers, and below /scoring/ for what the endpoints serve. The bearer
// token, or the endpoint's name, says which Cloud is asked.
type Gateway struct {
	mu     sync.Mutex
	clouds map[string]*Cloud // by token
}

// Add makes the gateway answer for a cloud, by its Token.
func (g *Gateway) Add(cloud *Cloud) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.clouds == nil {
		g.clouds = map[string]*Cloud{}
	}
	g.clouds[cloud.Token] = cloud
}

var (
	locationPath    = regexp.MustCompile(`^/subscriptions/([^/]+)/providers/Microsoft\.MachineLearningServices/locations/[^/]+/(vmSizes|usages)$`)
	scoringPath     = regexp.MustCompile(`^/scoring/([^/]+)/([^/]+)(/.*)?$`)
	deploymentsPath = regexp.MustCompile(`^(/subscriptions/.+/onlineEndpoints/[^/]+)/deployments$`)
)

func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if scoring := scoringPath.FindStringSubmatch(r.URL.EscapedPath()); scoring != nil {
		g.score(w, r, scoring[1], scoring[2], cmp.Or(scoring[3], "/"))
		return
	}
	cloud, refusal := g.signedIn(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	if refusal != nil {
		refuse(w, refusal)
		return
	}
	var list []any
	var failure *Error
	switch location, deployments := locationPath.FindStringSubmatch(r.URL.Path), deploymentsPath.FindStringSubmatch(r.URL.Path); {
	case r.URL.Query().Get("api-version") == "":
		failure = badRequest("want an api-version")
	case location != nil && location[1] != cloud.SubscriptionID:
		failure = notFound("SubscriptionNotFound", "subscription %s", location[1])
	case location != nil:
		if failure = cloud.asked("Microsoft.MachineLearningServices"); location[2] == "vmSizes" {
			list = vmSizes()
		} else {
			list = cloud.usages()
		}
	case deployments != nil && r.Method == http.MethodGet:
		list, failure = cloud.deploymentsOf(deployments[1])
	default:
		answer, err := cloud.arm(r)
		answerARM(w, answer, err)
		return
	}
	if failure != nil {
		refuse(w, failure)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"value": list})
}

// signedIn is the cloud whose token it is, or why that isn't taken.
func (g *Gateway) signedIn(token string) (*Cloud, *Error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, cloud := range g.clouds {
		if refusal, unknown := cloud.refuses(token, armScope); !unknown {
			return cloud, refusal
		}
	}
	return nil, unknownToken
}

// ScoringAddress is where the gateway, at an address, serves the endpoints of a
// cloud that was added: what Cloud.Scoring is to be set to.
func (g *Gateway) ScoringAddress(address string, cloud *Cloud) string {
	return address + "/scoring/" + guid("scoring", cloud.Token)
}

// score hands a request for a path of an endpoint to the cloud that has it.
func (g *Gateway) score(w http.ResponseWriter, r *http.Request, cloud, endpoint, path string) {
	g.mu.Lock()
	var owner *Cloud
	for token, c := range g.clouds {
		if guid("scoring", token) == cloud {
			owner = c
		}
	}
	g.mu.Unlock()
	if owner == nil {
		http.Error(w, "no such endpoint", http.StatusNotFound)
		return
	}
	owner.score(w, r, endpoint, path)
}

func refuse(w http.ResponseWriter, err *Error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(err.Status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": err.Code, "message": err.Message}})
}

// machine is a VM size. Prices are invented.
type machine struct {
	name, family  string
	cores, gpus   int
	memory, disk  int // GB, MB
	pricePerHour  float64
	quotaFullName string
}

const (
	familyF  = "standardFSv2Family"
	familyT4 = "Standard NCASv3_T4 Family"
)

var machines = []machine{
	{"Standard_F2s_v2", familyF, 2, 0, 4, 16384, 0.1, "Standard FSv2 Family Cluster Dedicated vCPUs"},
	{"Standard_F4s_v2", familyF, 4, 0, 8, 32768, 0.2, "Standard FSv2 Family Cluster Dedicated vCPUs"},
	{"Standard_F8s_v2", familyF, 8, 0, 16, 65536, 0.4, "Standard FSv2 Family Cluster Dedicated vCPUs"},
	{"Standard_NC4as_T4_v3", familyT4, 4, 1, 28, 180224, 0.6, "Standard NCASv3_T4 Family Cluster Dedicated vCPUs"},
	{"Standard_NC8as_T4_v3", familyT4, 8, 1, 56, 360448, 0.9, "Standard NCASv3_T4 Family Cluster Dedicated vCPUs"},
}

func vmSizes() []any {
	var out []any
	for _, m := range machines {
		out = append(out, map[string]any{
			"name": m.name, "family": m.family, "vCPUs": m.cores, "gpus": m.gpus, "memoryGB": m.memory,
			"maxResourceVolumeMB": m.disk, "supportedComputeTypes": []string{"AmlCompute", "ComputeInstance", "MIR"},
			"estimatedVMPrices": map[string]any{
				"billingCurrency": "USD", "unitOfMeasure": "OneHour",
				"values": []any{map[string]any{"retailPrice": m.pricePerHour, "osType": "Linux", "vmTier": "Standard"}},
			},
		})
	}
	return out
}

// usages counts the cores that the deployments hold: 20 % more than their
// instances have, in whole instances.
func (c *Cloud) usages() []any {
	c.mu.Lock()
	defer c.mu.Unlock()
	used := map[string]int{}
	for _, r := range c.resources {
		if !strings.EqualFold(r.Type, onlineType) {
			continue
		}
		for _, m := range machines {
			if m.name == text(r.Body, "properties", "instanceType") {
				count, _ := at(r.Body, "sku", "capacity").(float64)
				used[m.family] += int(math.Ceil(1.2*count)) * m.cores
			}
		}
	}
	var out []any
	listed := map[string]bool{}
	for _, m := range machines {
		if listed[m.family] {
			continue
		}
		listed[m.family] = true
		limit, ok := c.quota[m.family]
		if !ok {
			limit = -1
		}
		out = append(out, map[string]any{
			"type": "Microsoft.MachineLearningServices/vmFamily/usages", "unit": "Count", "currentValue": used[m.family], "limit": limit,
			"name": map[string]any{"value": m.family, "localizedValue": m.quotaFullName},
		})
	}
	return out
}

func (c *Cloud) deploymentsOf(endpoint string) ([]any, *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.resources[key(endpoint)] == nil {
		return nil, notFound("ResourceNotFound", "%s", endpoint)
	}
	list := []any{}
	for _, r := range c.children(endpoint) {
		if strings.EqualFold(r.Type, onlineType) {
			body := clone(r.Body)
			body["name"], body["id"], body["systemData"] = last(r.ID), r.ID, c.systemData(r.ID)
			properties(body)["provisioningState"] = r.State
			list = append(list, body)
		}
	}
	return list, nil
}

// skus lists the sizes of a region as Microsoft.Compute does, without
// restrictions.
func (c *Cloud) skus(filter string) []any {
	region := strings.Trim(strings.TrimPrefix(filter, "location eq "), "'")
	list := []any{}
	for _, m := range machines {
		list = append(list, map[string]any{"name": m.name, "resourceType": "virtualMachines", "locations": []any{region}, "restrictions": []any{}})
	}
	return list
}

package preflight

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// dev and gpu are the committed stacks' deployments.
func dev() Deployment {
	return Deployment{Name: "blue", Azure: "blue-f4sv2", Size: "Standard_F4s_v2", Minimum: 1, Maximum: 2, ImageMiB: 150, ModelMiB: 520, MemoryMiB: 1024}
}

func gpu() Deployment {
	return Deployment{Name: "blue", Azure: "blue-nc4ast4v3", Size: "Standard_NC4as_T4_v3", Minimum: 1, Maximum: 1,
		ImageMiB: 8000, ModelMiB: 2100, MemoryMiB: 6144, GPU: true}
}

func with(d Deployment, edit func(*Deployment)) Deployment {
	edit(&d)
	return d
}

// TestCores are Azure's own examples, and the limits between them.
func TestCores(t *testing.T) {
	for _, c := range [][3]int{ // instances, vCPUs, quota
		{1, 4, 8}, {2, 4, 12}, {4, 4, 20}, {5, 4, 24}, {6, 4, 32}, {10, 4, 48}, {10, 1, 12}, {1, 72, 144},
	} {
		if got := cores(c[0], c[1]); got != c[2] {
			t.Errorf("%d instances of %d vCPUs need %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

// TestFindings: what would fail is named with its figures and a way out.
func TestFindings(t *testing.T) {
	green := with(dev(), func(d *Deployment) { d.Name, d.Azure = "green", "green-f4sv2" })
	for name, c := range map[string]struct {
		deployments []Deployment
		offline     bool
		azure       func(*azure)
		want        []string // in order; each is contained in its finding
	}{
		"dev":                   {deployments: []Deployment{dev()}},
		"dev, offline":          {deployments: []Deployment{dev()}, offline: true},
		"gpu, offline":          {deployments: []Deployment{gpu()}, offline: true},
		"blue and green":        {deployments: []Deployment{dev(), green}},
		"no deployments":        {},
		"quota without a limit": {deployments: []Deployment{gpu()}, azure: func(a *azure) { a.usages["westeurope"][4]["limit"] = -1 }},
		"disk": {
			deployments: []Deployment{with(dev(), func(d *Deployment) { d.ImageMiB = 20 << 10 })}, offline: true,
			want: []string{`deployments.blue.instanceType = "Standard_F4s_v2": needs 34.5 GiB of disk (image 20.0 GiB, its layers while it is pulled 10.0 GiB, model 0.5 GiB, headroom 4.0 GiB), has 32.0 GiB; sizes that would do: Standard_E4s_v3, Standard_F8s_v2, Standard_DS4_v2, Standard_E8s_v3, Standard_F16s_v2`},
		},
		"memory": {
			deployments: []Deployment{with(dev(), func(d *Deployment) { d.MemoryMiB = 7500 })}, offline: true,
			want: []string{`needs 8.3 GiB of memory (model and runtime 7.3 GiB, headroom 1.0 GiB), has 8.0 GiB; sizes that would do: Standard_E2s_v3, Standard_DS3_v2, Standard_E4s_v3, Standard_F8s_v2, Standard_DS4_v2`},
		},
		"GPU memory": {
			deployments: []Deployment{with(gpu(), func(d *Deployment) { d.MemoryMiB = 16 << 10 })}, offline: true,
			want: []string{`needs 17.0 GiB of GPU memory (model and runtime 16.0 GiB, headroom 1.0 GiB), has 16.0 GiB; sizes that would do: Standard_NC24ads_A100_v4`},
		},
		"no GPU": {
			deployments: []Deployment{with(gpu(), func(d *Deployment) { d.Size = "Standard_F4s_v2" })}, offline: true,
			want: []string{`has no GPU, which the model needs; sizes that would do: Standard_NC4as_T4_v3`},
		},
		"a size that the region lacks": {
			deployments: []Deployment{with(dev(), func(d *Deployment) { d.Size = "Standard_F72s_v2" })},
			want:        []string{`deployments.blue.instanceType = "Standard_F72s_v2": the region westeurope doesn't have this size for machine learning; sizes there that would do: Standard_F2s_v2, Standard_F4s_v2, Standard_DS3_v2`},
		},
		"no quota for a T4, as a new subscription has": {
			deployments: []Deployment{gpu()},
			want: []string{"quota of Standard NCASv3_T4 Family Cluster Dedicated vCPUs in westeurope: needed 8 vCPUs (1.2 x instances, rounded up, x vCPUs: blue 1 x Standard_NC4as_T4_v3), " +
				"used by others 0, limit 0; sizes that would fit: blue none; regions that would: swedencentral, eastus; ask for more machine learning quota at https://ml.azure.com/quota"},
		},
		"quota in use by others": {
			deployments: []Deployment{dev()},
			azure:       func(a *azure) { a.usages["westeurope"][2]["currentValue"] = 16 },
			want:        []string{"needed 12 vCPUs (1.2 x instances, rounded up, x vCPUs: blue 2 x Standard_F4s_v2), used by others 16, limit 24; sizes that would fit: blue Standard_DS3_v2; regions that would: none of northeurope, swedencentral,"},
		},
		"blue and green together": {
			deployments: []Deployment{dev(), with(green, func(d *Deployment) { d.Maximum = 3 })},
			want:        []string{"needed 28 vCPUs (1.2 x instances, rounded up, x vCPUs: blue 2 x Standard_F4s_v2; green 3 x Standard_F4s_v2), used by others 0, limit 24"},
		},
		"a size that endpoints don't offer": {
			deployments: []Deployment{with(dev(), func(d *Deployment) { d.Size = "Standard_DS3_v2" })},
			azure:       func(a *azure) { a.sizes[2]["supportedComputeTypes"] = []string{"AmlCompute"} },
			want:        []string{`deployments.blue.instanceType = "Standard_DS3_v2": westeurope doesn't offer this size for managed online endpoints; sizes that would do: Standard_F2s_v2, Standard_F4s_v2`},
		},
		"the region's total": {
			deployments: []Deployment{dev()},
			azure:       func(a *azure) { a.usages["westeurope"][0] = total(4, 14) },
			want:        []string{"Total Cluster Dedicated Regional vCPUs in westeurope: needed 12 vCPUs for all deployments (1.2 x instances, rounded up, x vCPUs), used by others 4, limit 14; ask for more machine learning quota at https://ml.azure.com/quota"},
		},
		"what runs already is ours": {
			deployments: []Deployment{dev()},
			azure: func(a *azure) {
				a.usages["westeurope"][2]["currentValue"] = 16 // 8 of it blue's
				a.usages["westeurope"][2]["limit"] = 20
				a.running = []map[string]any{deployment("blue-f4sv2", "Standard_F4s_v2", 1)}
			},
		},
		"what will be taken out goes last": {
			deployments: []Deployment{dev()},
			azure: func(a *azure) {
				a.usages["westeurope"][2]["currentValue"] = 16 // old's 16
				a.running = []map[string]any{deployment("old-f4sv2", "Standard_F4s_v2", 3)}
			},
			want: []string{"needed 28 vCPUs (1.2 x instances, rounded up, x vCPUs: blue 2 x Standard_F4s_v2; old-f4sv2, until it is taken out, 3 x Standard_F4s_v2), used by others 0, limit 24"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAzure(t)
			if c.azure != nil {
				c.azure(a)
			}
			client := a.client()
			if c.offline {
				client = nil
			}
			stack := Stack{Location: "westeurope", Deployments: c.deployments, Endpoint: "/subscriptions/" + testSubscription + "/endpoint"}
			r := Check(t.Context(), stack, client)
			if len(r.Findings) != len(c.want) {
				t.Fatalf("findings %q, want %q", r.Findings, c.want)
			}
			for i, want := range c.want {
				if !strings.Contains(r.Findings[i], want) {
					t.Errorf("finding\n got %s\nwant %s", r.Findings[i], want)
				}
			}
			if (r.Err() == nil) != (len(c.want) == 0) {
				t.Errorf("error %v", r.Err())
			}
			if wantSkip := c.offline && len(c.deployments) > 0; (len(r.Skipped) > 0) != wantSkip {
				t.Errorf("skipped %q", r.Skipped)
			}
		})
	}
}

func deployment(name, size string, instances int) map[string]any {
	return map[string]any{"name": name, "sku": map[string]any{"name": "Default", "capacity": instances}, "properties": map[string]any{"instanceType": size}}
}

func TestCost(t *testing.T) {
	a := newAzure(t)
	a.usages["westeurope"][4]["limit"] = 100
	fixed := with(gpu(), func(d *Deployment) { d.Name = "chat" })
	r := Check(t.Context(), Stack{Location: "westeurope", Deployments: []Deployment{dev(), fixed}}, a.client())
	want := []string{
		"cost of blue: USD 0.20 to 0.40 an hour, 146 to 292 a month (1 to 2 x Standard_F4s_v2)",
		"cost of chat: USD 0.50 an hour, 365 a month (1 x Standard_NC4as_T4_v3)",
		"cost of all of it: USD 0.70 to 0.90 an hour, 511 to 657 a month",
	}
	if got := r.Lines(); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWhatIsUnknownIsSaid(t *testing.T) {
	unknown := with(dev(), func(d *Deployment) { d.Size = "Standard_X1_v9" })
	r := Check(t.Context(), Stack{Location: "westeurope", Deployments: []Deployment{unknown}}, nil)
	if want := `disk and memory of blue: not checked: the size Standard_X1_v9 isn't in the program's own table`; !slices.Contains(r.Skipped, want) {
		t.Errorf("skipped %q", r.Skipped)
	}
	a := newAzure(t)
	for _, s := range a.sizes { // an answer that doesn't say what endpoints offer
		s["supportedComputeTypes"] = []string{"AmlCompute"}
	}
	a.sizes[1]["family"] = "standardXFamily"
	delete(a.sizes[1], "estimatedVMPrices")
	r = Check(t.Context(), Stack{Location: "westeurope", Deployments: []Deployment{dev()}}, a.client())
	for _, want := range []string{
		"whether Standard_F4s_v2 is allowed for managed online endpoints: not checked: its family standardXFamily isn't in the program's list",
		"quota of standardXFamily: not checked: Azure lists none in westeurope",
		"cost of blue: not checked: Azure names no price of Standard_F4s_v2",
	} {
		if !slices.Contains(r.Skipped, want) {
			t.Errorf("%q isn't in %q", want, r.Skipped)
		}
	}
}

// TestOwnUseUnknown: where Azure doesn't say what the stack runs already, the
// quota isn't judged, because the stack's own cores would count against it.
func TestOwnUseUnknown(t *testing.T) {
	a := newAzure(t)
	a.usages["westeurope"][2]["currentValue"] = 24
	a.fail = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if !strings.HasSuffix(r.URL.Path, "/deployments") {
			return false
		}
		armError(w, http.StatusForbidden, "AuthorizationFailed", "because")
		return true
	}
	r := Check(t.Context(), Stack{Location: "westeurope", Deployments: []Deployment{dev()}, Endpoint: "/subscriptions/" + testSubscription + "/endpoint"}, a.client())
	if r.Err() != nil || len(r.Skipped) != 1 || !strings.HasPrefix(r.Skipped[0], "quota: not checked: what the stack's own deployments use isn't known: ") ||
		!strings.Contains(r.Skipped[0], "onlineEndpoints/deployments/read") || strings.Contains(r.Skipped[0], testSubscription) {
		t.Errorf("findings %q, skipped %q", r.Findings, r.Skipped)
	}
}

// TestRegionsWithoutAnswer: a region that could not be asked isn't said to have
// no quota.
func TestRegionsWithoutAnswer(t *testing.T) {
	a := newAzure(t)
	a.fail = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if !strings.Contains(r.URL.Path, "/swedencentral/") {
			return false
		}
		armError(w, http.StatusForbidden, "AuthorizationFailed", "because")
		return true
	}
	r := Check(t.Context(), Stack{Location: "westeurope", Deployments: []Deployment{gpu()}}, a.client())
	if len(r.Findings) != 1 || !strings.Contains(r.Findings[0], "regions that would: eastus (no answer for swedencentral)") {
		t.Errorf("findings %q", r.Findings)
	}
}

// TestUnknownMemory: what isn't known of a size is said, not passed over.
func TestUnknownMemory(t *testing.T) {
	a := newAzure(t)
	a.sizes[3]["name"], a.sizes[3]["maxResourceVolumeMB"] = "Standard_NV6_v9", 0
	a.usages["westeurope"][4]["limit"] = -1
	d := with(gpu(), func(d *Deployment) { d.Size = "Standard_NV6_v9" })
	r := Check(t.Context(), Stack{Location: "westeurope", Deployments: []Deployment{d}}, a.client())
	for _, want := range []string{
		"disk of blue: not checked: the disk of Standard_NV6_v9 isn't known",
		"GPU memory of blue: not checked: that of Standard_NV6_v9 isn't known",
	} {
		if !slices.Contains(r.Skipped, want) {
			t.Errorf("%q isn't in %q", want, r.Skipped)
		}
	}
}

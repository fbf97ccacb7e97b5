package azure

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/entra"
)

// Cloud is one offline Azure: a tenant, a subscription and their resources.
// It is safe for concurrent use.
type Cloud struct {
	SubscriptionID string
	TenantID       string
	ClientID       string // of the signed-in application
	ObjectID       string // of the signed-in principal
	Token          string // for calls of ARM beside the providers; "" is none
	// Entra issues the tokens, which expire; nil takes Token, for ever. Token still
	// tells the clouds of a Gateway apart.
	Entra *entra.Service

	// Latency is how long an asynchronous operation leaves a resource in a
	// state like Creating, during which others see it as not ready.
	Latency time.Duration
	// ColdStart is how long a Container App's first replica takes, and Cooldown how
	// long the last one stays without requests; 0 is Azure's 300 s.
	ColdStart, Cooldown time.Duration
	// Propagation is how long a new role assignment takes to hold. On Azure it
	// is minutes (Microsoft Learn, troubleshooting role-based access control).
	Propagation time.Duration
	// Unheeded is how often Azure doesn't know a role assignment yet when it matters,
	// however long that takes.
	Unheeded int
	// Fresh says that the subscription has no service registered yet.
	Fresh bool
	// Reader says that whoever is signed in may register none.
	Reader bool
	// Offer is the subscription's offer where Cost Management doesn't serve it,
	// such as MS-AZR-0036P (mivano/azure-cost-cli#24); "" is one that it serves.
	Offer string
	// Scoring is the address under which a Gateway serves the endpoints; ""
	// gives them addresses like Azure's, at which nobody answers.
	Scoring string
	// Host returns what answers in a deployment whose image nobody has published,
	// or nil if that is the usual Scorer.
	Host func(Instance) http.Handler

	mu         sync.Mutex
	resources  map[string]*Resource // by key(id)
	ghosts     map[string]ghost     // soft-deleted: "TYPE NAME" in lower case
	containers map[string]Container // by digest of the image
	scored     []scored
	failures   []failure
	faults     []*Fault
	requests   []Request
	quota      map[string]int // see SetQuota
	images     images
	silent     map[string]bool     // see Silence
	replicas   map[string]*replica // by key of the revision's id
	registered map[string]time.Time
}

// Silence keeps what has one of the names empty, and lets all else speak: a
// metric, or a table of Log Analytics.
func (c *Cloud) Silence(names ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.silent = map[string]bool{}
	for _, name := range names {
		c.silent[name] = true
	}
}

// Resource is an ARM resource as the cloud keeps it.
type Resource struct {
	ID         string
	Type       string
	APIVersion string         // of the last PUT
	Body       map[string]any // without id, name and type
	State      string         // provisioningState
	Created    time.Time
	asked      int // how often it was asked, of a role assignment
}

// ghost is a resource that was deleted and can be recovered.
type ghost struct {
	id        string
	location  string
	protected bool // can't be purged
}

// Request is a PUT that reached Azure, for checks of its body.
type Request struct {
	ID         string         `json:"id"`
	Type       string         `json:"type"`
	APIVersion string         `json:"apiVersion"`
	Update     bool           `json:"update"` // the resource existed
	Body       map[string]any `json:"body"`
}

// The provisioning states that the cloud uses.
const (
	stateCreating  = "Creating"
	stateUpdating  = "Updating"
	stateDeleting  = "Deleting"
	stateSucceeded = "Succeeded"
	stateFailed    = "Failed"
)

// New returns an empty Azure with one subscription.
func New() *Cloud {
	return &Cloud{
		SubscriptionID: guid("subscription"),
		TenantID:       guid("tenant"),
		ClientID:       guid("client"),
		ObjectID:       guid("signed-in principal"),
		Latency:        time.Millisecond,
		resources:      map[string]*Resource{},
		ghosts:         map[string]ghost{},
		containers:     map[string]Container{},
		quota:          map[string]int{},
	}
}

// rules are what one resource type adds to the common handling. All of them are
// called with the cloud locked; each may be nil.
type rules struct {
	// check refuses a PUT. old is nil for a create.
	check func(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error
	// complete fills what Azure computes into the body that will be kept.
	complete func(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error
	// settle fails what Azure has accepted, while it works on it: the resource
	// exists afterwards, in the state Failed.
	settle func(c *Cloud, r *Resource) *Error
	// remove refuses a DELETE.
	remove func(c *Cloud, r *Resource) *Error
	// softDelete says that a deleted resource blocks its name.
	softDelete bool
	// recovers says that making a soft-deleted resource again recovers it.
	recovers bool
	// globalName says that the name is unique in all of Azure.
	globalName bool
	// serial says that a PUT conflicts with running operations on children.
	serial bool
}

// Put creates or replaces a resource, waits until Azure has finished, and
// returns what a GET would. created says that the resource exists now even
// though err isn't nil: Azure accepted the request and failed later.
func (c *Cloud) Put(id, apiVersion string, body map[string]any) (out map[string]any, created bool, err error) {
	parsed, err := parseID(id)
	if err != nil {
		return nil, false, err
	}
	r, failure := c.begin(parsed, apiVersion, body)
	if failure != nil {
		return nil, false, failure
	}
	time.Sleep(c.Latency)
	if parsed.typ == deploymentType {
		// A template's own PUTs take the lock one by one.
		if err := c.runTemplate(parsed, body); err != nil {
			c.finish(r, stateFailed)
			return nil, true, err
		}
	}
	c.mu.Lock()
	if failure = c.fault(OperationPut, parsed, true); failure == nil {
		if settle := rulesOf(parsed.typ).settle; settle != nil {
			failure = settle(c, r)
		}
	}
	if failure != nil {
		c.remember(r, failure)
	}
	c.mu.Unlock()
	if failure != nil {
		c.finish(r, stateFailed)
		return nil, true, failure
	}
	c.finish(r, stateSucceeded)
	out, err = c.Get(id)
	return out, true, err
}

// begin checks a PUT and stores the resource in a transient state.
func (c *Cloud) begin(id resourceID, apiVersion string, body map[string]any) (*Resource, *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.resources[key(id.full)]
	c.requests = append(c.requests, Request{
		ID: id.full, Type: id.typ, APIVersion: apiVersion, Update: old != nil, Body: clone(body),
	})
	if failure := c.fault(OperationPut, id, false); failure != nil {
		return nil, failure
	}
	namespace, _, _ := strings.Cut(id.typ, "/")
	if failure := c.checkService(namespace); failure != nil {
		return nil, failure
	}
	if failure := c.checkPlace(id, old); failure != nil {
		return nil, failure
	}
	if old != nil && old.Body["location"] != nil && body["location"] != nil && !sameLocation(old.Body["location"], body["location"]) {
		return nil, conflict("InvalidResourceLocation", "%s already exists in %v and cannot move to %v",
			id.full, old.Body["location"], body["location"])
	}
	rule := rulesOf(id.typ)
	kept := clone(body)
	if rule.check != nil {
		if failure := rule.check(c, id, kept, old); failure != nil {
			return nil, failure
		}
	}
	if rule.complete != nil {
		if failure := rule.complete(c, id, kept, old); failure != nil {
			return nil, failure
		}
	}
	r := &Resource{ID: id.full, Type: id.typ, APIVersion: apiVersion, Body: kept, State: stateCreating, Created: time.Now()}
	if old != nil {
		r.State, r.Created = stateUpdating, old.Created
	}
	if rule.recovers {
		delete(c.ghosts, ghostKey(id))
	}
	c.resources[key(id.full)] = r
	return r, nil
}

// checkPlace checks what holds for every type: the parents, the name and that
// no other operation is running.
func (c *Cloud) checkPlace(id resourceID, old *Resource) *Error {
	if old != nil && old.State != stateSucceeded && old.State != stateFailed {
		return Conflict(id.full)
	}
	for _, needed := range []string{id.group, id.parent} {
		if needed == "" || key(needed) == key(id.full) || key(needed) == key("/subscriptions/"+c.SubscriptionID) {
			continue
		}
		parent, ok := c.resources[key(needed)]
		switch {
		case !ok && needed == id.group:
			return notFound("ResourceGroupNotFound", "resource group %q of %s could not be found", last(needed), id.full)
		case !ok && isImplicit(needed):
		case !ok:
			return notFound("ParentResourceNotFound", "%s does not exist, so %s cannot be created", needed, id.full)
		case parent.State != stateSucceeded && parent.State != stateUpdating:
			return conflict("ResourceNotReady", "%s is %s; %s needs it Succeeded", needed, parent.State, id.full)
		}
	}
	if strings.EqualFold(id.typ, onlineType) {
		if failure := c.busy(id); failure != nil {
			return failure
		}
	}
	rule := rulesOf(id.typ)
	if rule.serial && old != nil {
		for _, child := range c.children(id.full) {
			if child.State == stateCreating || child.State == stateUpdating || child.State == stateDeleting {
				return Conflict(child.ID)
			}
		}
	}
	if old != nil {
		return nil
	}
	if ghost, ok := c.ghosts[ghostKey(id)]; ok && !(rule.recovers && key(ghost.id) == key(id.full)) {
		return conflict("SoftDeleted", "%s was deleted and still holds the name %q; purge or recover it first", ghost.id, id.name)
	}
	if rule.globalName {
		for _, other := range c.resources {
			if strings.EqualFold(other.Type, id.typ) && strings.EqualFold(last(other.ID), id.name) {
				return conflict("NameNotAvailable", "the name %q is taken by %s", id.name, other.ID)
			}
		}
	}
	return nil
}

// isImplicit says that Azure makes a resource together with its parent.
func isImplicit(id string) bool {
	return strings.HasSuffix(key(id), "/blobservices/default")
}

func (c *Cloud) finish(r *Resource, state string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r.State = state
}

// Get returns a resource as ARM answers it: its body with id, name, type and,
// in its properties, provisioningState.
func (c *Cloud) Get(id string) (map[string]any, error) {
	parsed, err := parseID(id)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if failure := c.fault(OperationGet, parsed, false); failure != nil {
		return nil, failure
	}
	r, ok := c.resources[key(id)]
	if !ok {
		return nil, notFound("ResourceNotFound", "%s was not found", id)
	}
	out := clone(r.Body)
	out["id"], out["name"], out["type"] = r.ID, last(r.ID), r.Type
	properties(out)["provisioningState"] = r.State
	return out, nil
}

// Delete removes a resource with everything below it.
func (c *Cloud) Delete(id string) error {
	parsed, err := parseID(id)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if failure := c.fault(OperationDelete, parsed, false); failure != nil {
		return failure
	}
	r, ok := c.resources[key(id)]
	if !ok {
		return nil // ARM answers 204
	}
	if r.State != stateSucceeded && r.State != stateFailed {
		return Conflict(id)
	}
	if lock := c.lockOn(r); lock != "" {
		return conflict("ScopeLocked", "%s cannot be deleted: the lock %s protects it", id, lock)
	}
	if remove := rulesOf(r.Type).remove; remove != nil {
		if failure := remove(c, r); failure != nil {
			return failure
		}
	}
	for _, child := range append(c.children(r.ID), r) {
		if rulesOf(child.Type).softDelete {
			if parsed, err := parseID(child.ID); err == nil {
				c.ghosts[ghostKey(parsed)] = ghost{
					id: child.ID, location: text(child.Body, "location"),
					protected: at(child.Body, "properties", "enablePurgeProtection") == true,
				}
			}
		}
		delete(c.resources, key(child.ID))
	}
	return nil
}

func ghostKey(id resourceID) string {
	return strings.ToLower(id.typ + " " + id.name)
}

// children returns every resource below an id, in the order of their ids.
func (c *Cloud) children(id string) []*Resource {
	var out []*Resource
	for k, r := range c.resources {
		if strings.HasPrefix(k, key(id)+"/") {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *Resource) int { return strings.Compare(a.ID, b.ID) })
	return out
}

package infra

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/diagnosis"
)

// retries sends again, within the same update, what Azure refused for a cause
// that passes by itself: a role that was granted a moment ago doesn't hold yet,
// another operation runs on the endpoint, the managed network is being made.
// What stays fails at once, as does what outlasts its time.
type retries struct {
	ctx   *pulumi.Context
	login providerLogin
	pause time.Duration // between tries
	hook  *pulumi.ErrorHook

	mu      sync.Mutex
	made    map[string]target    // by Pulumi's name
	since   map[string]time.Time // first failure, by Pulumi's name
	granted time.Time            // the youngest of the endpoint identity's roles
}

// hookName is one for all resources of an endpoint: a deployment that a later update takes out
// still finds it.
const hookName = "try-again"

// newRetries registers the hook. A pause of 0 tries nothing again.
func newRetries(ctx *pulumi.Context, of logical, login providerLogin, pause time.Duration) (*retries, error) {
	r := &retries{ctx: ctx, login: login, pause: pause, made: map[string]target{}, since: map[string]time.Time{}}
	if pause == 0 {
		return r, nil
	}
	var err error
	r.hook, err = ctx.RegisterErrorHook(of.named(hookName), r.again)
	return r, err
}

// target is a resource in Azure.
type target struct{ id, apiVersion string }

// of is the option for the resource of a Pulumi name.
func (r *retries) of(name string, t target) pulumi.ResourceOption {
	if r.hook == nil {
		return pulumi.ResourceHooks(nil)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made[name] = t
	return pulumi.ResourceHooks(&pulumi.ResourceHookBinding{OnError: []*pulumi.ErrorHook{r.hook}})
}

// after notes when a role was granted: one that holds for long and still isn't
// enough is another fault, and waiting won't mend it.
func (r *retries) after(grant *authorization.RoleAssignment) {
	grant.CreatedOn.ApplyT(func(created string) string {
		if at, err := time.Parse(time.RFC3339Nano, created); err == nil {
			r.mu.Lock()
			defer r.mu.Unlock()
			if at.After(r.granted) {
				r.granted = at
			}
		}
		return created
	})
}

// again is called with a failure, and says whether to try once more.
func (r *retries) again(failed *pulumi.ErrorHookArgs) (bool, error) {
	if len(failed.Errors) == 0 {
		return false, nil
	}
	found := diagnosis.Find([]diagnosis.Evidence{{Source: "Azure", Text: failed.Errors[0]}})
	r.mu.Lock()
	t := r.made[failed.Name]
	first, ok := r.since[failed.Name]
	if !ok {
		first = time.Now()
		r.since[failed.Name] = first
	}
	if found.Cause == diagnosis.Role {
		first = r.granted
	}
	r.mu.Unlock()
	left := time.Until(first.Add(found.Passes))
	if found.Passes == 0 || left <= 0 {
		return false, nil
	}
	text := fmt.Sprintf("%s: %s: %s. That passes by itself; trying again in %v, for at most %v more",
		failed.Name, found.Cause, found.Quote, r.pause, left.Round(time.Second))
	if err := r.ctx.Log.Info(text, nil); err != nil {
		return false, err
	}
	ctx := r.ctx.Context()
	select {
	case <-ctx.Done():
		return false, nil
	case <-time.After(min(r.pause, left)):
	}
	if failed.FailedOperation != "create" || t.id == "" {
		return true, nil
	}
	// Azure may have accepted it before it failed. Then it is there, in the
	// state Failed, and the provider makes nothing that is there.
	if err := r.remove(ctx, t.id, t.apiVersion); err != nil {
		return false, fmt.Errorf("before trying again, %s: %w", failed.Name, err)
	}
	return true, nil
}

func (r *retries) remove(ctx context.Context, id, version string) error {
	client, err := newARM(r.login)
	if err != nil {
		return err
	}
	err = client.Do(ctx, http.MethodDelete, id, version, nil, nil, nil)
	if err != nil && arm.Status(err) != http.StatusNotFound {
		return errors.New(arm.Reason(err))
	}
	return nil
}

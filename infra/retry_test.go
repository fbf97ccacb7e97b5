package infra

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TestWhatStays: nothing is tried again that waiting doesn't mend. Whatever
// were tried again would need a Pulumi context here, and panic.
func TestWhatStays(t *testing.T) {
	const role = "BadArgument: Endpoint identity does not have pull permission on the registry."
	for _, c := range []struct {
		name    string
		error   string
		granted time.Time // the roles
		since   time.Time // the first failure
	}{
		{"a role that holds for long", role, time.Now().Add(-time.Hour), time.Now()},
		{"a role that nobody granted", role, time.Time{}, time.Now()},
		{"quota", "OutOfQuota: Not enough quota available for Standard_F4s_v2", time.Now(), time.Now()},
		{"a container that crashes", "ResourceNotReady: User container has crashed or terminated", time.Now(), time.Now()},
		{"what no rule knows", "InternalServerError", time.Now(), time.Now()},
		{"a conflict that outlasts its time", "Another operation is in progress on the endpoint", time.Now(), time.Now().Add(-time.Hour)},
	} {
		r := &retries{pause: time.Second, made: map[string]target{}, since: map[string]time.Time{"d": c.since}, granted: c.granted}
		again, err := r.again(&pulumi.ErrorHookArgs{Name: "d", FailedOperation: "create", Errors: []string{c.error}})
		if again || err != nil {
			t.Errorf("%s: again %v, %v", c.name, again, err)
		}
	}
}

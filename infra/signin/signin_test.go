package signin

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/entra"
)

func login(t *testing.T, s *entra.Service) *Login {
	t.Helper()
	l, err := New(s.Getenv, Options{Transport: s, HTTP: s.HTTP()})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func token(ctx context.Context, credential azcore.TokenCredential, scope string) (string, error) {
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	return token.Token, err
}

// TestHoursLater signs in for Azure Resource Manager and for scoring again and
// again, long after the first assertion and the first tokens have expired.
func TestHoursLater(t *testing.T) {
	s := entra.New(t, time.Second)
	l := login(t, s)
	for range 3 {
		for _, scope := range []string{"https://management.azure.com/.default", "https://ml.azure.com/.default"} {
			got, err := token(t.Context(), l, scope)
			if issued, ok := s.Find(got); err != nil || !ok || issued.Scope != scope {
				t.Fatalf("%s: %q, %v, %v", scope, got, issued, err)
			}
		}
		s.Later(2 * time.Hour)
	}
}

// TestOneAssertionExpires is what happened to those who signed in once, as
// azure/login does: the services' own rule.
func TestOneAssertionExpires(t *testing.T) {
	s := entra.New(t, time.Second)
	once, err := login(t, s).github.assertion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	credential, err := azidentity.NewClientAssertionCredential(entra.Tenant, entra.Client, func(context.Context) (string, error) { return once, nil },
		&azidentity.ClientAssertionCredentialOptions{ClientOptions: policy.ClientOptions{Transport: s}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := token(t.Context(), credential, "https://management.azure.com/.default"); err != nil {
		t.Fatal(err)
	}
	s.Later(2 * time.Hour)
	if _, err := token(t.Context(), credential, "https://management.azure.com/.default"); err == nil || !strings.Contains(err.Error(), "AADSTS700024") {
		t.Errorf("%v", err)
	}
}

// TestChildren signs in as the state's backend does, by the file, hours after it
// began, and after GitHub had a bad moment and the command was interrupted.
func TestChildren(t *testing.T) {
	s := entra.New(t, time.Second)
	l := login(t, s)
	l.github.interval = time.Millisecond
	ctx, interrupt := context.WithCancel(t.Context())
	warned := make(chan error, 1)
	env, end, err := l.Children(ctx, func(err error) {
		select {
		case warned <- err:
		default:
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	interrupt()
	s.Break(true)
	if err := <-warned; !strings.Contains(err.Error(), "id-token: write") {
		t.Errorf("%v", err)
	}
	s.Break(false)
	s.Later(2 * time.Hour)
	file := env["AZURE_FEDERATED_TOKEN_FILE"]
	fresh := func() bool {
		content, err := os.ReadFile(file)
		return err == nil && s.Fresh(string(content))
	}
	for deadline := time.Now().Add(30 * time.Second); !fresh(); {
		if time.Now().After(deadline) {
			t.Fatal("the file keeps an old assertion")
		}
		time.Sleep(time.Millisecond)
	}
	credential, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions: policy.ClientOptions{Transport: s}, ClientID: env["AZURE_CLIENT_ID"], TenantID: env["AZURE_TENANT_ID"], TokenFilePath: file,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := token(t.Context(), credential, "https://storage.azure.com/.default"); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	end()
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the assertion is left behind: %v", err)
	}
}

// TestElsewhere changes nothing for those who aren't in a workflow.
func TestElsewhere(t *testing.T) {
	l, err := New(func(string) string { return "" }, Options{})
	if err != nil {
		t.Fatal(err)
	}
	env, end, err := l.Children(t.Context(), nil)
	if err != nil || len(env) != 0 {
		t.Errorf("%v, %v", env, err)
	}
	end()
}

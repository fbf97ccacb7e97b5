package rollout

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
)

// The tasks of a model, which say what request it is tried with.
const (
	TaskSentiment = "sentiment"
	TaskChat      = "chat"
)

// scorer sends sample requests through the endpoint's gateway.
type scorer struct {
	url     string
	direct  func(deployment string) string // see online.Endpoint
	http    *http.Client
	token   func(context.Context) (string, error)
	timeout time.Duration
	private bool // whether only the stack's network lets requests in
	task    string
}

// newScorer makes a scorer for an endpoint, which signs in as the endpoint
// wants it. Neither token nor key is ever shown.
func newScorer(endpoint *online.Endpoint, client host, r *Rollout, private bool, timeout time.Duration) *scorer {
	s := &scorer{url: endpoint.URL, direct: endpoint.Direct, http: cmp.Or(r.HTTP, scoringClient), timeout: timeout, private: private, task: TaskSentiment}
	if endpoint.UsesKeys {
		s.token = (&keyCache{client: client}).get
	} else {
		s.token = (&tokenCache{credential: r.Credential, scope: endpoint.Scope}).get
	}
	return s
}

// request sends a sample request. deployment is asked past the traffic; ""
// leaves it to the endpoint.
func (s *scorer) request(ctx context.Context, deployment string) error {
	err := s.ask(ctx, deployment)
	if code := status(err); err != nil && s.private && (code == 0 || code == http.StatusForbidden) {
		return fmt.Errorf("%w; the stack is private: run this in its network, see docs/reference/private.md", err)
	}
	return err
}

func (s *scorer) ask(ctx context.Context, deployment string) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	client := api.Client{URL: s.url, Token: s.token, Deployment: deployment, HTTP: s.http}
	if deployment != "" && s.direct != nil {
		client.URL, client.Deployment = s.direct(deployment), ""
	}
	if s.task == TaskChat {
		zero := float32(0)
		answer, err := client.Chat(ctx, api.ChatRequest{
			Messages:  []api.ChatMessage{{Role: "user", Content: "Say hello in one word."}},
			MaxTokens: 16, Temperature: &zero,
		})
		if err == nil && strings.TrimSpace(answer.Text()) == "" {
			err = errors.New("the chat model answered nothing")
		}
		return err
	}
	scores, err := client.Score(ctx, "This is great!", "This was a terrible waste of time.")
	if err != nil {
		return err
	}
	for _, s := range scores {
		if s.Label == "" || s.Score <= 0 || s.Score > 1 {
			return fmt.Errorf("the answer has the label %q with the score %g, which no classifier gives", s.Label, s.Score)
		}
	}
	return nil
}

// scoringClient keeps as many connections as there are probes at a time.
var scoringClient = &http.Client{Transport: &http.Transport{
	Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: probesAtATime, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 10 * time.Second,
}}

// status is the HTTP status of an error, 0 if nobody answered.
func status(err error) int {
	var answer *api.StatusError
	if errors.As(err, &answer) {
		return answer.Status
	}
	return 0
}

// refused reports whether the endpoint doesn't let us in.
func refused(err error) bool {
	return status(err) == http.StatusUnauthorized || status(err) == http.StatusForbidden
}

// choose finds the task by asking a deployment that is known to work.
func (s *scorer) choose(ctx context.Context, deployment string) error {
	s.task = TaskSentiment
	first := s.request(ctx, deployment)
	if first == nil || refused(first) || status(first) < 400 || status(first) >= 500 {
		return first
	}
	s.task = TaskChat
	if err := s.request(ctx, deployment); err != nil {
		s.task = TaskSentiment
		return fmt.Errorf("neither a text nor a chat is answered: %w; %w", first, err)
	}
	return nil
}

// smoke asks a deployment until it answers, since the gateway learns of a new
// one late, and then some times more, all of which must succeed.
func (s *scorer) smoke(ctx context.Context, deployment string, patience time.Duration) error {
	const times = 5
	for deadline := time.Now().Add(patience); ; {
		err := s.request(ctx, deployment)
		switch code := status(err); {
		case err == nil:
		case (code == 0 || code == http.StatusNotFound || code == http.StatusBadGateway || code == http.StatusServiceUnavailable) && time.Now().Before(deadline):
			if err := sleep(ctx, min(patience/10, 5*time.Second)); err != nil {
				return err
			}
			continue
		default:
			return err
		}
		break
	}
	for range times - 1 {
		if err := s.request(ctx, deployment); err != nil {
			return err
		}
	}
	return nil
}

func notAllowed(err error) error {
	return fmt.Errorf("whoever is signed in may not call the endpoint: %w; give it a role with "+
		"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action, such as AzureML Data Scientist; on Container Apps, add its object id to endpoint.callers", err)
}

// tokenCache keeps a token until shortly before it expires: not every
// credential does so itself.
type tokenCache struct {
	credential azcore.TokenCredential
	scope      string
	mu         sync.Mutex
	token      azcore.AccessToken
}

func (c *tokenCache) get(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Until(c.token.ExpiresOn) > 5*time.Minute {
		return c.token.Token, nil
	}
	token, err := c.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{c.scope}})
	if err != nil {
		return "", err
	}
	c.token = token
	return token.Token, nil
}

// keyCache keeps the endpoint's key.
type keyCache struct {
	client host
	mu     sync.Mutex
	key    string
}

func (c *keyCache) get(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.key != "" {
		return c.key, nil
	}
	key, err := c.client.Key(ctx)
	c.key = key
	return key, err
}

// sleep waits, unless the context ends first.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

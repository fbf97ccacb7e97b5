package telegram_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
)

// identities is what IDENTITY_ENDPOINT names in a container of Azure Container
// Apps (Microsoft Learn, container-apps/managed-identity, "REST endpoint
// reference"). Azure's own library is its client.
type identities struct {
	url string

	mu    sync.Mutex
	given int
	life  time.Duration
}

const client = "00000000-0000-0000-0000-00000000000c"

func newIdentities(t *testing.T, life time.Duration) *identities {
	i := &identities{life: life}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.Header.Get("X-Identity-Header") != "of-the-container" || q.Get("api-version") != "2019-08-01" ||
			q.Get("resource") != "https://ml.azure.com" || q.Get("client_id") != client {
			t.Errorf("the identity was asked %s", r.URL)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		i.given++
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"access_token": "token-%d", "expires_on": "%d", "resource": "https://ml.azure.com", "token_type": "Bearer", "client_id": %q}`,
			i.given, time.Now().Add(i.life).Unix(), client)
	}))
	t.Cleanup(s.Close)
	i.url = s.URL
	return i
}

// newest reports whether a token is the last one given.
func (i *identities) newest(token string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return token == "token-"+strconv.Itoa(i.given)
}

func (i *identities) count() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.given
}

// TestSignsInByManagedIdentity has tokens that hold for a day, which are kept,
// and such that are about to expire, in whose place come others.
func TestSignsInByManagedIdentity(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		life time.Duration
		kept bool
	}{
		"a day":    {24 * time.Hour, true},
		"a minute": {time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tg, from := telegramtest.New(t), newIdentities(t, c.life)
			b := start(t, tg, "BOT_SCORER_URL="+gatewayFor(t, 0, from.newest), "BOT_SCORER_SCOPE=https://ml.azure.com/.default",
				"IDENTITY_ENDPOINT="+from.url, "IDENTITY_HEADER=of-the-container", "AZURE_CLIENT_ID="+client)
			tg.Write(17, question)
			tg.AwaitTexts(t, 17, answer)
			tg.Write(17, question)
			tg.Await(t, "the next answer", func() bool { return len(tg.Texts(17)) == 2 })
			if got := from.count(); got != 1 && c.kept || got < 3 && !c.kept { // /info and two answers
				t.Errorf("%d tokens were asked for", got)
			}
			b.terminate(t)
		})
	}
}

package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

func ExampleClient() {
	// In the place of a scorer.
	scorer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `[[{"label":"POSITIVE","score":0.99}],[{"label":"NEGATIVE","score":0.98}]]`)
	}))
	defer scorer.Close()

	client := &api.Client{URL: scorer.URL}
	scores, err := client.Score(context.Background(), "This is great!", "This was a terrible waste of time.")
	var refused *api.StatusError
	switch {
	case errors.As(err, &refused) && refused.Temporary():
		fmt.Println("again in", refused.RetryAfter)
	case err != nil:
		fmt.Println(err)
	default:
		fmt.Println(scores)
	}
	// Output: [{POSITIVE 0.99} {NEGATIVE 0.98}]
}

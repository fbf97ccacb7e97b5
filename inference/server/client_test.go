package server_test

import (
	"context"
	"errors"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// TestClient calls a server with a real model by api.Client.
func TestClient(t *testing.T) {
	s := start(t, model(t, "distilbert-tiny-sentiment"))
	client := &api.Client{URL: s.url}
	ctx := context.Background()
	best, err := client.Score(ctx, "This is great!", "This was a terrible waste of time.")
	if err != nil || len(best) != 2 || best[0].Label != "POSITIVE" || best[1].Label != "NEGATIVE" {
		t.Fatalf("got %v, %v", best, err)
	}
	one, err := client.Score(ctx, "This is great!")
	if err != nil || len(one) != 1 || one[0].Label != "POSITIVE" {
		t.Errorf("one text: got %v, %v", one, err)
	}
	all, err := client.ScoreWith(ctx, []string{"This is great!"}, api.Parameters{})
	if err != nil || len(all) != 1 || len(all[0]) != 2 || all[0][0] != one[0] {
		t.Errorf("all labels: got %v, %v", all, err)
	}
	var refused *api.StatusError
	_, err = client.ScoreWith(ctx, []string{"a"}, api.Parameters{Function: "tanh"})
	if !errors.As(err, &refused) || refused.Status != 400 || refused.Code != api.InvalidValue || refused.RequestID == "" {
		t.Errorf("a bad parameter: got %#v", err)
	}
	if err := client.Ready(ctx); err != nil {
		t.Error(err)
	}
	info, err := client.Info(ctx)
	if err != nil || info.Model.Name != "distilbert-tiny-sentiment" || info.Limits.MaxInputLength != 512 {
		t.Errorf("got %+v, %v", info, err)
	}
	s.Drain()
	if err := client.Ready(ctx); !errors.As(err, &refused) || refused.Code != api.Draining || !refused.Temporary() {
		t.Errorf("while draining: got %v", err)
	}
}

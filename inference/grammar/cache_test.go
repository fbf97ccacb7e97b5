package grammar

import (
	"context"
	"encoding/json"
	"testing"
)

func TestCacheKeepsTheLastUsed(t *testing.T) {
	c := NewCache(CacheLimits{2, 1 << 20, 2, 2, 1})
	schema := func(text string) *Grammar {
		g, err := c.JSONSchema(context.Background(), "", json.RawMessage(text), false)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	a, b := schema(`{"type":"null"}`), schema(`{"type":"boolean"}`)
	if a == b || schema(`{"type":"null"}`) != a {
		t.Error("a grammar isn't kept")
	}
	object, err := c.JSONObject()
	if err != nil || !object.accepts(`{}`) || object.accepts(`null`) {
		t.Errorf("the grammar of objects is wrong: %v", err)
	}
	if _, err := c.JSONSchema(context.Background(), "", json.RawMessage(``), false); err == nil {
		t.Error("an empty schema is taken for the grammar of objects")
	}
	if again, _ := c.JSONObject(); again != object || schema(`{"type":"null"}`) != a {
		t.Error("what was used last isn't kept")
	}
	if schema(`{"type":"boolean"}`) == b || len(c.kept) != 2 {
		t.Error("what was used first is kept")
	}
	if _, err := c.JSONSchema(context.Background(), "", json.RawMessage(`{"not":{"type":"null"}}`), false); err == nil || len(c.kept) != 2 {
		t.Error("a schema that isn't supported is kept")
	}
}

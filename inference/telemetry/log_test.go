package telemetry_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

func TestNewLogger(t *testing.T) {
	var b bytes.Buffer
	log, err := telemetry.NewLogger(&b, "json", "warn")
	if err != nil {
		t.Fatal(err)
	}
	log.Info("not this")
	log.Warn("this", "n", 1)
	var line struct {
		Level, Msg string
		N          int
	}
	if err := json.Unmarshal(b.Bytes(), &line); err != nil || line.Level != "WARN" || line.Msg != "this" || line.N != 1 {
		t.Errorf("got %s, %v", b.String(), err)
	}
	b.Reset()
	if log, err = telemetry.NewLogger(&b, "text", "debug"); err != nil {
		t.Fatal(err)
	}
	if log.Debug("this"); !strings.Contains(b.String(), "level=DEBUG msg=this") {
		t.Errorf("got %s", b.String())
	}
	for _, bad := range [][2]string{{"xml", "info"}, {"json", "loud"}} {
		if _, err := telemetry.NewLogger(&b, bad[0], bad[1]); err == nil || !strings.Contains(err.Error(), "it can be") {
			t.Errorf("%v: got %v", bad, err)
		}
	}
}

package infra

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// The parts of a query that say which lines it takes, and what of them.
var (
	whereLine = regexp.MustCompile(`(?m)^\| where (.*Line\..*)$`)
	isMessage = regexp.MustCompile(`^Line\.(\w+) == "(\w+)"$`)
	hasField  = regexp.MustCompile(`^isnotnull\(Line\.(\w+)\)$`)
	summed    = regexp.MustCompile(`sum\(tolong\(Line\.(\w+)\)\)`)
)

// takes evaluates a query's filters on a log line.
func takes(t *testing.T, query string, line map[string]any) bool {
	t.Helper()
	for _, where := range whereLine.FindAllStringSubmatch(query, -1) {
		any := false
		for _, term := range strings.Split(where[1], " or ") {
			if m := isMessage.FindStringSubmatch(term); m != nil {
				any = any || line[m[1]] == m[2]
			} else if m := hasField.FindStringSubmatch(term); m != nil {
				any = any || line[m[1]] != nil
			} else {
				t.Fatalf("a filter that this test doesn't know: %s", term)
			}
		}
		if !any {
			return false
		}
	}
	return true
}

// TestQueriesFitTheScorer feeds lines of the real scorer, with both bundled
// models, through the filters of the workbook's and the alert's queries.
func TestQueriesFitTheScorer(t *testing.T) {
	scorer, err := scorerproc.Start(t.Context(), scorerproc.BundledModel(), "--heartbeat", "100ms",
		"--chat-model-dir", filepath.Join(scorerproc.Root(), "inference", "models", "gemma-tiny-chat"))
	if err != nil {
		t.Fatal(err)
	}
	defer scorer.Kill()
	for path, body := range map[string]string{
		"/score":               `{"inputs": "good"}`,
		"/v1/chat/completions": `{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 4}`,
	} {
		response, err := http.Post(scorer.URL+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %s", path, response.StatusCode, answer)
		}
	}
	sums, beats := map[string]float64{}, 0
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		clear(sums)
		beats = 0
		for lines := bufio.NewScanner(strings.NewReader(scorer.Log())); lines.Scan(); {
			var line map[string]any
			if json.Unmarshal(lines.Bytes(), &line) != nil {
				continue
			}
			if takes(t, silentQuery, line) && takes(t, appSilentQuery, line) {
				beats++
			}
			if takes(t, appFailedQuery, line) {
				for _, field := range []string{"status", "duration_ms"} { // of appFailedQuery and appSlowQuery
					if _, ok := line[field].(float64); !ok {
						t.Errorf("a request's line has no number %s: %v", field, line)
					}
				}
			}
			if takes(t, tokensQuery, line) {
				if !takes(t, appTokensQuery, line) {
					t.Errorf("an app's workbook leaves out %v", line)
				}
				for _, field := range summed.FindAllStringSubmatch(tokensQuery, -1) {
					number, _ := line[field[1]].(float64)
					sums[field[1]] += number
				}
			}
		}
		complete := beats >= 2 && len(sums) > 0
		for _, sum := range sums {
			complete = complete && sum > 0
		}
		if complete {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d heartbeats; sums of the workbook %v; of the log\n%s", beats, fmt.Sprint(sums), scorer.Log())
		}
	}
	for _, field := range []string{"texts", "tokens", "prompt_tokens", "output_tokens"} {
		if sums[field] == 0 {
			t.Errorf("the workbook doesn't sum %s: %v", field, sums)
		}
	}
}

// TestHeartbeatsWhateverTheLevel: a stack that logs less isn't silent.
func TestHeartbeatsWhateverTheLevel(t *testing.T) {
	scorer, err := scorerproc.Start(t.Context(), scorerproc.BundledModel(), "--heartbeat", "100ms", "--log-level", "error")
	if err != nil {
		t.Fatal(err)
	}
	defer scorer.Kill()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		beats := 0
		for lines := bufio.NewScanner(strings.NewReader(scorer.Log())); lines.Scan(); {
			var line map[string]any
			if json.Unmarshal(lines.Bytes(), &line) == nil && takes(t, silentQuery, line) {
				beats++
			}
		}
		if beats >= 2 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d heartbeats; the log\n%s", beats, scorer.Log())
		}
	}
}

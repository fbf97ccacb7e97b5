package server_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/browser"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/gateway"
)

// TestPlaygroundBars shows one text's labels, all of them.
func TestPlaygroundBars(t *testing.T) {
	p := browser.Open(t, start(t, &fake{}).url)
	p.Wait(`!document.querySelector("#main").hidden`)
	p.Eval(`document.querySelector("#texts").value = "This is <b>great</b>!"`)
	p.Click("#classify")
	p.Wait(`document.querySelectorAll("#scores .bars tr").length === 2`)
	if got := p.Text("#scores"); !strings.Contains(got, "POSITIVE\t\t0.7500") || !strings.Contains(got, "NEGATIVE\t\t0.2500") || !strings.Contains(got, "1 text in") {
		t.Errorf("the scores are %q", got)
	}
	if got := p.Eval(`[...document.querySelectorAll("meter")].map((m) => [m.getAttribute("aria-label"), m.value])`); got != `[["POSITIVE",0.75],["NEGATIVE",0.25]]` {
		t.Errorf("the bars are %s", got)
	}
}

// TestPlaygroundTable scores a file with a real model, whose table and download have what
// the API answers; a text that is refused costs nothing but itself.
func TestPlaygroundTable(t *testing.T) {
	s := start(t, model(t, "distilbert-tiny-sentiment"))
	rows := [][]string{{"id", "The review", "by"}}
	for i := range 40 {
		rows = append(rows, []string{strconv.Itoa(i), []string{"This is \"great\", really!", "A terrible waste,\nof time.", "Not bad; not good."}[i%3], "=me"})
	}
	rows[34][1] = strings.Repeat("word ", 3000)
	var file strings.Builder
	if err := csv.NewWriter(&file).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	input := filepath.Join(folder, "reviews.csv")
	if err := os.WriteFile(input, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}

	p := browser.Open(t, s.url)
	p.Downloads(folder)
	p.Wait(`!document.querySelector("#main").hidden`)
	p.Choose("#file", input)
	p.Wait(`!document.querySelector("#columns").hidden`)
	if got := p.Eval(`document.querySelector("#column").selectedOptions[0].textContent`); got != `"The review"` {
		t.Errorf("the column is %s", got)
	}
	p.Click("#classify")
	p.Wait(`document.querySelector("#save")`)
	if got := p.Text("#scores tbody tr:nth-child(34)"); !strings.Contains(got, "refused: the body is over 4096 bytes") {
		t.Errorf("the long text's row ends with %q", got[max(0, len(got)-200):])
	}
	p.Click("#scores th:nth-child(4) button")
	p.Wait(`document.querySelector("#scores th:nth-child(4)").getAttribute("aria-sort") === "descending"`)
	var scores []float64
	if err := json.Unmarshal([]byte(p.Eval(`[...document.querySelectorAll("#scores tbody meter")].map((m) => m.value)`)), &scores); err != nil || len(scores) != 39 {
		t.Fatalf("%v: %d scores", err, len(scores))
	}
	for i := 1; i < len(scores); i++ {
		if scores[i] > scores[i-1] {
			t.Errorf("score %d is %v, after %v", i, scores[i], scores[i-1])
		}
	}

	p.Click("#save")
	got := downloaded(t, filepath.Join(folder, "scores.csv"))
	if len(got) != len(rows) || strings.Join(got[0], "|") != "id|The review|by|label|score|NEGATIVE|POSITIVE" {
		t.Fatalf("the file has %d rows, its head is %q", len(got), got[0])
	}
	for i, row := range rows[1:] {
		if i == 33 {
			continue
		}
		body, _ := json.Marshal(map[string]any{"inputs": row[1]})
		var want []struct {
			Label string
			Score float64
		}
		if err := json.Unmarshal([]byte(s.do(t, "POST", "/score", string(body)).body), &want); err != nil {
			t.Fatal(err)
		}
		score, err := strconv.ParseFloat(got[i+1][4], 64)
		if strings.Join(got[i+1][:3], "|") != strings.Join(row, "|") || got[i+1][3] != want[0].Label || err != nil || score-want[0].Score > 1e-5 || want[0].Score-score > 1e-5 {
			t.Errorf("row %d is %q, want %q and %v", i, got[i+1], row, want)
		}
	}
}

// downloaded waits for a file and reads it.
func downloaded(t *testing.T, path string) [][]string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		data, err := os.ReadFile(path)
		if err == nil && len(data) > 0 { // Chromium takes the name with an empty file, and moves the whole one there
			r := csv.NewReader(bytes.NewReader(data))
			r.FieldsPerRecord = -1
			rows, err := r.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s has %d bytes: %v", path, len(data), err)
		}
	}
}

// TestPlaygroundBehindAGateway loads the page from a path that a gateway put before it,
// which lets nobody call without a key.
func TestPlaygroundBehindAGateway(t *testing.T) {
	to, err := url.Parse(start(t, &fake{}).url)
	if err != nil {
		t.Fatal(err)
	}
	pass := gateway.FullDuplex(httputil.NewSingleHostReverseProxy(to))
	front := httptest.NewServer(http.StripPrefix("/models/nlp", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		open := r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, "/playground/") || strings.HasPrefix(r.URL.Path, "/docs")
		if !open && r.Header.Get("Authorization") != "Bearer the-key" {
			http.Error(w, "key_auth_access_denied", http.StatusUnauthorized)
			return
		}
		pass.ServeHTTP(w, r)
	})))
	t.Cleanup(front.Close)
	p := browser.Open(t, front.URL+"/models/nlp/")
	p.Wait(`document.querySelector("#access").open`)
	if got := p.Text("#about"); !strings.Contains(got, "status 401") {
		t.Errorf("without a key the page says %q", got)
	}
	p.Click("#key")
	p.Type("the-key")
	p.Key("Enter")
	p.Wait(`!document.querySelector("#main").hidden`)
	p.Click("#classify")
	p.Wait(`document.querySelectorAll("#scores tbody tr").length === 2`)
	p.Eval(`document.querySelector("#classify-code").open = true`)
	p.Wait(`document.querySelector("#classify-code code").textContent`)
	code := p.Text("#classify-code code")
	if !strings.Contains(code, front.URL+"/models/nlp/score") || !strings.Contains(code, "$ENDPOINT_KEY") || strings.Contains(code, "the-key") {
		t.Errorf("the code is %s", code)
	}
	if kept := p.Eval(`JSON.stringify([localStorage.length, sessionStorage.length, document.cookie, location.href.includes("the-key")])`); kept != `"[0,0,\"\",false]"` {
		t.Errorf("the page kept something: %s", kept)
	}
	docs := browser.Open(t, front.URL+"/models/nlp/docs")
	docs.Wait(`document.querySelector("#operations").textContent.includes("openapi.json")`)
	for _, line := range docs.Log() {
		if !strings.Contains(line, fmt.Sprint(http.StatusUnauthorized)) {
			t.Errorf("the browser complains: %s", line)
		}
	}
}

package chatting_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// costly is a schema of 400 properties, each of which allows one of 100 alternatives
// and what two equal enums of 3,000 values have in common. Nothing meets it.
func costly() object {
	names, any := object{"no": false}, make([]object, 100)
	for i := range 400 {
		names[fmt.Sprint("p", i)] = object{"allOf": []object{{"$ref": "#/$defs/any"}, {"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}}, "title": fmt.Sprint(i)}
	}
	for i := range any {
		any[i] = object{"title": fmt.Sprint(i)}
	}
	values := make([]int, 3000)
	for i := range values {
		values[i] = i
	}
	return object{"type": "object", "properties": names, "required": []string{"no"},
		"$defs": object{"any": object{"anyOf": any}, "a": object{"enum": values}, "b": object{"enum": values}}}
}

// processorTime is what the process has used.
func processorTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat)[strings.LastIndexByte(string(stat), ')'):])
	ticks := 0
	for _, f := range fields[12:14] { // utime and stime, behind the name and the state
		n, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / 100
}

// TestASchemaCostsLittle sends a schema that would take half a minute.
func TestASchemaCostsLittle(t *testing.T) {
	p := start(t)
	body := object{"messages": []object{{"role": "user", "content": "What is the capital of France?"}}, "max_tokens": 8, "temperature": 0}
	polite := func() {
		began := time.Now()
		resp, answer, err := post(t.Context(), p.URL+"/v1/chat/completions", body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("a polite request: %v, %s", err, answer)
		}
		t.Logf("a polite request took %s", time.Since(began))
	}
	polite()
	hostile := object{"response_format": object{"type": "json_schema", "json_schema": object{"name": "n", "schema": costly()}}}
	for k, v := range body {
		hostile[k] = v
	}
	used := func(what string, most time.Duration, do func()) {
		t.Helper()
		before := processorTime(t, p.PID())
		do()
		cost := processorTime(t, p.PID()) - before
		t.Logf("%s: %s of the processor", what, cost)
		if cost > most {
			t.Errorf("%s takes %s of the processor", what, cost)
		}
	}
	used("one", 2*time.Second, func() {
		resp, answer, err := post(t.Context(), p.URL+"/v1/chat/completions", hostile)
		if err != nil || resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(answer), "to compile, most of it for") {
			t.Errorf("%v, %s", err, answer)
		}
	})

	data, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	used("20 whose clients leave, and a polite one", 5*time.Second, func() {
		for range 20 {
			c, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			_, err = fmt.Fprintf(c, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(data), data)
			if err != nil {
				t.Fatal(err)
			}
			_ = c.Close()
		}
		polite()
	})

	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			resp, answer, err := post(t.Context(), p.URL+"/v1/chat/completions", hostile)
			switch {
			case err != nil:
				t.Error(err)
			case resp.StatusCode == http.StatusTooManyRequests && resp.Header.Get("Retry-After") != "":
			case resp.StatusCode != http.StatusBadRequest:
				t.Errorf("status %d: %s", resp.StatusCode, answer)
			}
		})
	}
	polite()
	all.Wait()
}

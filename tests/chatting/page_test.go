package chatting_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/browser"
)

// TestPageOfTheRealModels chats and scores in a browser, and runs the code that the page
// offers. The picture that it takes is the README's, which scripts/screenshot.sh keeps.
func TestPageOfTheRealModels(t *testing.T) {
	p := startBoth(t)
	page := browser.Open(t, p.URL+"/")
	page.Width(900, 700)
	page.Wait(`!document.querySelector("#main").hidden`)
	page.Eval(`document.querySelector("#settings").open = true`)
	page.Click("#temperature")
	page.Type("0")
	page.Eval(`document.querySelector("#settings").open = false`)
	page.Click("#message")
	page.Type(question)
	page.Key("Enter")
	page.Wait(`document.querySelector(".timings")`)
	if got := page.Text(".turn.assistant p"); got != answer {
		t.Errorf("the page shows %q", got)
	}
	if got := page.Text(".timings"); !strings.Contains(got, "first token") || !strings.Contains(got, "17 tokens in") {
		t.Errorf("the timings are %q", got)
	}
	page.Click("#clear")
	page.Type(question)
	runSnippets(t, page, "#chat-code", func(answered []byte) bool { return strings.Contains(string(answered), answer) })

	page.Click("#classify-tab")
	page.Eval(`document.querySelector("#texts").value = "This is great!"`)
	page.Click("#classify")
	page.Wait(`document.querySelectorAll("#scores .bars tr").length === 2`)
	page.Eval(`document.querySelector("#texts").value = "This is great!\nA terrible waste of time.\nI would come again.\nNobody answered the phone.\nThe food was cold, and so were they."`)
	page.Click("#classify")
	page.Wait(`document.querySelectorAll("#scores tbody tr").length === 5`)
	page.Scheme("dark")
	page.Eval(`scrollTo(0, 0)`)
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "page-classify.png"), page.Screenshot(), 0o600); err != nil {
		t.Fatal(err)
	}
	page.Eval(`document.querySelector("#texts").value = 'Isn\'t this "great"?\n` + "A `\\\\waste` of $HOME" + `'`)
	runSnippets(t, page, "#classify-code", func(answered []byte) bool {
		var scores [][]struct {
			Label string
			Score float64
		}
		return json.Unmarshal(answered, &scores) == nil && len(scores) == 2 && len(scores[0]) == 2
	})
}

// runSnippets runs the code of a panel in every language as it is offered.
func runSnippets(t *testing.T, page *browser.Page, details string, right func(answer []byte) bool) {
	t.Helper()
	page.Eval(`document.querySelector("` + details + `").open = true`)
	for _, c := range []struct{ language, file, run string }{
		{"curl", "call.sh", "bash"}, {"Python", "call.py", "python3"}, {"Node", "call.mjs", "node"}, {"Go", "call.go", "go run"},
	} {
		program := strings.Fields(c.run)
		if _, err := exec.LookPath(program[0]); err != nil && os.Getenv("CI") == "" {
			t.Logf("%s isn't tried: %v", c.language, err)
			continue
		}
		page.Eval(`{
			const choice = document.querySelector("` + details + ` select");
			choice.value = "` + c.language + `";
			choice.dispatchEvent(new Event("change"));
		}`)
		file := filepath.Join(t.TempDir(), c.file)
		if err := os.WriteFile(file, []byte(page.Text(details+" code")), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := command(t.Context(), append(program, file)...).Output()
		// Node and Go print the status before the answer.
		if at := strings.IndexAny(string(out), "[{"); err != nil || at < 0 || !right(out[at:]) {
			t.Errorf("%s: %v, %s", c.language, err, out)
		}
	}
}

func command(ctx context.Context, words ...string) *exec.Cmd {
	return exec.CommandContext(ctx, words[0], words[1:]...)
}

package journey

import (
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// TestJourney goes the whole way: from the clone to both stacks on Azure, through
// their operation, to their end.
func TestJourney(t *testing.T) {
	p := newTraveller(t)
	p.tryHere()
	p.goLive()
	p.operate()
	p.names()
	p.arrived()
}

// tryHere runs the scorer on this machine.
func (p *traveller) tryHere() {
	stop := p.serve("README.md#azure-nlp-endpoint/1")
	p.says(p.follow("README.md#try-it-here/1"), `"label":"POSITIVE"`, `"label":"NEGATIVE"`)
	p.says(p.follow("README.md#try-it-here/2"), "Paris", "[DONE]")
	p.says(p.follow("docs/reference/api.md#score-post-score/1"), "POSITIVE", "NEGATIVE")
	p.says(p.follow("docs/reference/api.md#chat-post-v1chatcompletions/1"), "[DONE]")
	p.writesToTheBot("docs/reference/telegram.md#the-telegram-bot/1")
	stop()
	p.follow("README.md#try-it-here/3")
	stop = p.serve("README.md#try-it-here/4")
	stop()
	p.follow("docs/reference/models.md#fetching-one-scorer-pull-ownernamerevision/1")
}

// writesToTheBot runs the bot on this machine, and asks it something.
func (p *traveller) writesToTheBot(name string) {
	const reader = 123456789 // the page's
	bot := p.start(p.block(name), "TELEGRAM_BOT_TOKEN="+telegramtest.Token, "BOT_SCORER_URL="+p.scorer)
	p.telegram.Write(reader, "/sentiment This is great!")
	bot.await("answering", func() bool { return len(p.telegram.Texts(reader)) == 1 })
	if texts := p.telegram.Texts(reader); !strings.HasPrefix(texts[0], "POSITIVE") {
		p.t.Errorf("the bot says %q", texts)
	}
	if status, output := bot.interrupt(); status != 0 {
		p.t.Errorf("the bot ends with status %d:\n%s", status, output)
	}
}

// goLive makes both stacks, calls them, and verifies them.
func (p *traveller) goLive() {
	const page = "docs/live.md#"
	p.follow(page + "sign-in/1")
	p.follow(page + "sign-in/2")
	p.follow(page + "sign-in/3")
	p.says(p.follow(page+"see-what-it-would-make/1"), "an update fetches distilbert/", "OnlineEndpoint", "to create")
	if ids := p.cloud.IDs(); len(ids) > 0 {
		p.t.Errorf("a preview made %v", ids)
	}
	p.says(p.follow(page+"make-it/1"), "fetching distilbert/", "sent now")
	p.deployed("blue-f4sv2")
	p.scores()

	p.says(p.follow(page+"chat-with-openais-client/1"), "fetching onnx-community/", "sent now")
	p.followWithPython(page + "chat-with-openais-client/2")
	p.chats()
	p.follow(page + "chat-with-openais-client/4") // the key in place of the token
	if key := p.variable("OPENAI_API_KEY"); key == p.cloud.Token {
		p.t.Errorf("the key is the token")
	}
	p.chats()
	p.follow("docs/reference/models.md#fetching-one-scorer-pull-ownernamerevision/2") // with the token that was exported above
	p.scaleToZero()
	p.follow(page + "verify/1")
}

// scaleToZero makes a stack on Container Apps, calls it, and gives it a bot.
func (p *traveller) scaleToZero() {
	const page, bot = "docs/live.md#scale-to-zero-with-a-bot/", "docs/reference/telegram.md#on-azure/"
	p.follow(page + "1")
	p.says(p.follow(page+"2"), "the bot isn't made yet", "--name telegram-bot-token")
	p.says(p.follow(page+"3"), `"label":"POSITIVE"`, `"label":"NEGATIVE"`)
	p.follow(bot + "1")
	if err := os.WriteFile(filepath.Join(p.clone, "token"), []byte(telegramtest.Token), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.follow(bot + "2")
	if said := p.follow(bot + "3"); strings.Contains(said, telegramtest.Token) {
		p.t.Error("the update prints the token")
	}
	for _, id := range p.cloud.Find("Microsoft.App/containerApps") {
		if strings.HasPrefix(path.Base(id), "bot-nlp-app-") {
			return
		}
	}
	p.t.Error("there is no bot")
}

// operate changes the stack dev in place and by rollouts, good and bad, puts it to
// sleep, wakes it, and tears it down.
func (p *traveller) operate() {
	const page = "docs/operating.md#"
	p.says(p.follow(page+"operating-a-stack/1"), "preflight found nothing that would fail")

	built := len(p.cloud.Builds())
	for n, number := range []string{"1", "2", "3"} { // precision, a folder's model, the image that is built
		before := p.instance()
		p.follow(page + "change-it-in-place/" + number)
		p.deployed("blue-f4sv2")
		p.scores()
		if after := p.instance(); after.ModelURI == before.ModelURI && after.Image == before.Image {
			p.t.Errorf("change %d: %+v runs as before", n+1, after)
		}
	}
	if len(p.cloud.Builds()) != built+1 {
		p.t.Errorf("another argument of the build: %d builds", len(p.cloud.Builds())-built)
	}

	p.follow(page + "change-it-in-place/4")
	p.follow(page + "roll-out/1")
	p.deployed("green-f4sv2")
	p.scores()
	if image := p.instance().Image; !strings.HasSuffix(image, "@"+p.variable("image")[strings.Index(p.variable("image"), "sha256:"):]) {
		p.t.Errorf("%s was rolled out, %s runs", p.variable("image"), image)
	}
	p.badImage(page + "roll-out/1")
	p.follow(page + "roll-out/2")
	p.deployed("blue-f4sv2")
	p.scores()
	p.interrupted(page + "roll-out/1")
	p.says(p.follow(page+"roll-back/1"), "rolled back")
	p.deployed("blue-f4sv2")
	p.follow(page + "explain-a-failure/1")
	p.follow(page + "sleep-and-wake/1")
	p.deployed("blue-f4sv2")
	p.scores()
	p.follow("docs/reference/ci.md#setting-up/2")
	p.follow(page+"tear-down/1", "dev")
	if left := slices.DeleteFunc(p.cloud.IDs(), func(id string) bool { return !strings.Contains(id, "-dev-") }); len(left) > 0 || len(p.cloud.Ghosts()) > 0 {
		p.t.Errorf("the teardown left %v, and holds the names %v", left, p.cloud.Ghosts())
	}
	p.follow("README.md#azure-nlp-endpoint/3") // the names are free: all of it again
	p.scores()
}

// badImage rolls out an image that starts and then answers with errors. What ran
// before goes on, and the file is as it was.
func (p *traveller) badImage(rollout string) {
	before, file := p.instance(), p.stackFile()
	const digest = "sha256:bad0000000000000000000000000000000000000000000000000000000000bad"
	p.cloud.Publish(digest, azure.Container{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "this image is broken", http.StatusInternalServerError)
	})})
	p.given("image", digest)
	p.says(p.expect(rolledBack, rollout), "rolled back")
	p.deployed(before.Name)
	p.scores()
	if p.stackFile() != file {
		p.t.Errorf("the stack's file was\n%s\nand is\n%s", file, p.stackFile())
	}
}

// interrupted presses Ctrl-C when a rollout has made the new deployment.
func (p *traveller) interrupted(rollout string) {
	rolling := p.start(p.block(rollout), "image=sha256:"+strings.Repeat("c", 64))
	rolling.await("making green", func() bool { return len(p.deploymentsOf("dev")) == 2 })
	if status, output := rolling.interrupt(); status != interrupted || !strings.Contains(output, "rollback") {
		p.t.Fatalf("interrupted: status %d, want %d\n%s", status, interrupted, output)
	}
}

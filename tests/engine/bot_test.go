package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

const botToken = "4242:AAEfake_token-of_the-test_0123456789"

// withBot gives a stack a bot.
func withBot(c map[string]any) {
	set(c, "bot", map[string]any{
		"enabled": true, "allow": []any{12, 34},
		"image":       map[string]any{"repository": "bot", "digest": "sha256:" + strings.Repeat("b", 64), "uncompressedMiB": 40},
		"environment": map[string]any{"BOT_TASK": "sentiment"},
	})
}

// tokenInVault puts the bot's token into the stack's vault, as a person does.
func (s *stack) tokenInVault() {
	s.t.Helper()
	vaults := s.Cloud.Find("Microsoft.KeyVault/vaults")
	if len(vaults) != 1 {
		s.t.Fatalf("vaults: %v, want one", vaults)
	}
	body := map[string]any{"properties": map[string]any{"value": botToken}}
	if _, _, err := s.Cloud.Put(vaults[0]+"/secrets/telegram-bot-token", "2023-07-01", body); err != nil {
		s.t.Fatal(err)
	}
}

// botApp is the bot as Azure has it: properties, its container, and the latter's variables.
func (s *stack) botApp() (app, container map[string]any, variables map[string]string) {
	s.t.Helper()
	for _, id := range s.Cloud.Find(apps) {
		if !strings.Contains(id, "/bot-") {
			continue
		}
		body, err := s.Cloud.Get(id)
		if err != nil {
			s.t.Fatal(err)
		}
		app = body["properties"].(map[string]any)
	}
	if app == nil {
		s.t.Fatalf("no bot among %v", s.Cloud.Find(apps))
	}
	container = app["template"].(map[string]any)["containers"].([]any)[0].(map[string]any)
	variables = map[string]string{}
	for _, entry := range container["env"].([]any) {
		e := entry.(map[string]any)
		variables[e["name"].(string)] = fmt.Sprint(e["value"], e["secretRef"])
	}
	return app, container, variables
}

// TestBot: a stack with a bot says how to put its token into the vault, and makes
// the bot once it is there, on either host. The token is nowhere but in the vault.
func TestBot(t *testing.T) {
	for name, c := range map[string]struct {
		open  func(t *testing.T) *stack
		scope string
	}{
		"managed endpoint": {func(t *testing.T) *stack {
			cloud := azure.New()
			signIn(t, cloud)
			return open(t, cloud, "dev", infra.Program{Pause: 100 * time.Millisecond}.Deploy)
		}, "https://ml.azure.com/.default"},
		"container app": {func(t *testing.T) *stack {
			cloud := azure.New()
			signIn(t, cloud)
			return openApp(t, cloud, "dev")
		}, "11111111-2222-4333-8444-555555555555/.default"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := c.open(t)
			s.configure(withBot)
			run, _, err := s.UpRun(t.Context())
			if err != nil || !strings.Contains(run.Output, "az keyvault secret set --vault-name nlp-dev-") || !strings.Contains(run.Output, "--name telegram-bot-token") {
				t.Fatalf("an up without the token: %v\n%s", err, run.Output)
			}
			for _, id := range s.Cloud.Find(apps) {
				if strings.Contains(id, "/bot-") {
					t.Errorf("a bot without a token: %s", id)
				}
			}
			s.nothing("an up without the token")

			s.tokenInVault()
			s.Cloud.Propagation = time.Second // of the bot's roles
			s.up("with the token", nil)
			app, container, variables := s.botApp()
			configuration := app["configuration"].(map[string]any)
			scale := app["template"].(map[string]any)["scale"].(map[string]any)
			if configuration["ingress"] != nil || configuration["activeRevisionsMode"] != "Single" || scale["minReplicas"] != 1.0 || scale["maxReplicas"] != 1.0 {
				t.Errorf("the bot is %v", app)
			}
			if len(container["probes"].([]any)) != 2 {
				t.Errorf("its probes are %v", container["probes"])
			}
			for variable, want := range map[string]string{
				"TELEGRAM_BOT_TOKEN": "<nil>telegram-token", "BOT_SCORER_SCOPE": c.scope + "<nil>", "BOT_ALLOW": "12,34<nil>", "BOT_TASK": "sentiment<nil>", "BOT_PORT": "8080<nil>",
			} {
				if variables[variable] != want {
					t.Errorf("%s is %s, want %s", variable, variables[variable], want)
				}
			}
			if !strings.HasPrefix(variables["BOT_SCORER_URL"], "https://nlp-dev-") || len(variables["AZURE_CLIENT_ID"]) < 36 {
				t.Errorf("the bot's variables are %v", variables)
			}
			state, err := s.State()
			if err != nil || strings.Contains(string(state), botToken) {
				t.Errorf("the state has the token, or can't be read: %v", err)
			}
			s.nothing("the bot")

			image := map[string]any{"repository": "bot", "digest": "sha256:" + strings.Repeat("c", 64), "uncompressedMiB": 40}
			steps := s.upSteps("another image", func(c map[string]any) {
				c[key(c, "bot")].(map[string]any)["image"] = image
			})
			if len(steps) != 1 || fmt.Sprint(steps["update"]) != "[bot]" {
				t.Errorf("another image did %v", steps)
			}

			// A token that went missing takes no bot along.
			if err := s.Cloud.Delete(s.Cloud.Find("Microsoft.KeyVault/vaults/secrets")[0]); err != nil {
				t.Fatal(err)
			}
			run, _, err = s.UpRun(t.Context())
			if want := `bot.tokenSecret = "telegram-bot-token": the vault nlp-dev-`; err == nil || !strings.Contains(run.Output+err.Error(), want) || len(run.Steps) > 0 {
				t.Errorf("an up after the token went doesn't say %q: %v, did %v\n%s", want, err, run.Steps, run.Output)
			}
			s.botApp()
			s.checkBodies()
			s.destroyAlone()
		})
	}
}

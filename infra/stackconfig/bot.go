package stackconfig

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Bot is the Telegram bot beside the endpoint: a Container App of its own.
type Bot struct {
	Enabled bool  `json:"enabled"`
	Image   Image `json:"image"`
	// Allow are the ids of the users who are answered; none answers everyone.
	Allow []int `json:"allow"`
	// TokenSecret names the secret of the stack's Key Vault that holds the bot's
	// token. The bot is made once it is there.
	TokenSecret string `json:"tokenSecret"`
	// KeySecret names the one that holds the endpoint's key, with endpoint.authMode
	// key. Else the bot signs in as its managed identity.
	KeySecret string `json:"keySecret"`
	// Environment are more of the bot's variables, BOT_SYSTEM_PROMPT for example.
	Environment map[string]string `json:"environment"`
}

// botVariables are those that the program sets.
var botVariables = []string{
	"BOT_SCORER_URL", "BOT_SCORER_SCOPE", "BOT_SCORER_KEY", "BOT_SCORER_KEY_FILE", "BOT_ALLOW", "BOT_HOST", "BOT_PORT", "BOT_LOG_FORMAT",
}

func (cfg *Config) checkBot(c *checker, preview bool) {
	b := cfg.Bot
	if !b.Enabled {
		return
	}
	b.Image.check(c, BotImageKey, preview)
	for i, id := range b.Allow {
		if id <= 0 {
			c.report(fmt.Sprintf("bot.allow[%d]", i), id, "must be a user's id, which is over 0", "the bot tells users whom it doesn't answer their id")
		}
	}
	c.match("bot.tokenSecret", b.TokenSecret, vaultSecretPattern, "must be 1 to 127 letters, digits and hyphens", "the default is telegram-bot-token")
	switch {
	case cfg.Endpoint.AuthMode == "key":
		c.match("bot.keySecret", b.KeySecret, vaultSecretPattern, "must name the secret of the Key Vault that holds the endpoint's key, in 1 to 127 letters, digits and hyphens",
			"set it, or endpoint.authMode to aad_token, with which the bot needs no key")
	case b.KeySecret != "":
		c.report("bot.keySecret", b.KeySecret, "is for endpoint.authMode key", "remove it: the bot signs in as its managed identity")
	}
	for _, name := range slices.Sorted(maps.Keys(b.Environment)) {
		key := "bot.environment." + name
		switch {
		case slices.Contains(botVariables, name) || !strings.HasPrefix(name, "BOT_"):
			c.report(key, b.Environment[name], "must be a variable of the bot's, other than those that the program sets", "docs/reference/telegram.md lists them")
		case LooksSecret(name):
			c.report(key, nil, "looks like a secret, and whoever may read the app could read it", "keep it in the Key Vault")
		}
	}
}

// BotImageKey is the key of the bot's image.
const BotImageKey = "bot.image"

// ImageKey is the key of a deployment's image.
func ImageKey(deployment string) string { return "deployments." + deployment + ".image" }

// Images are all images of the stack by their keys: those of the deployments, and
// the bot's.
func (cfg *Config) Images() map[string]Image {
	all := map[string]Image{}
	for name, d := range cfg.Deployments {
		all[ImageKey(name)] = d.Image
	}
	if cfg.Bot.Enabled {
		all[BotImageKey] = cfg.Bot.Image
	}
	return all
}

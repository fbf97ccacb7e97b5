package main

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram"
)

// The variables that hold secrets. They are no options, since flags are seen by
// whoever lists processes.
const (
	tokenVariable = "TELEGRAM_BOT_TOKEN"
	keyVariable   = "BOT_SCORER_KEY"
)

type secrets struct {
	token string // of the bot
	key   string // of the scorer; "" for none
}

type options struct {
	ScorerURL     string `env:"BOT_SCORER_URL" default:"http://localhost:5001" placeholder:"URL" help:"Where the scorer is, or the scoring URI of an Azure ML endpoint."`
	ScorerScope   string `env:"BOT_SCORER_SCOPE" placeholder:"SCOPE" help:"Sign in at the scorer as the managed identity that AZURE_CLIENT_ID names, or the only one, for this scope: https://ml.azure.com/.default for an Azure ML endpoint."`
	ScorerKeyFile string `env:"BOT_SCORER_KEY_FILE" placeholder:"FILE" help:"File with the scorer's key or an Entra token, instead of BOT_SCORER_KEY. It is read at each request, so something else may renew it."`
	Deployment    string `env:"BOT_DEPLOYMENT" placeholder:"NAME" help:"Deployment of an Azure ML endpoint that should answer, whatever the endpoint's traffic."`
	Task          string `env:"BOT_TASK" enum:"auto,sentiment,chat,both" default:"auto" help:"What the scorer is asked for: ${enum}. auto asks its /info."`

	SystemPrompt string        `env:"BOT_SYSTEM_PROMPT" placeholder:"TEXT" help:"What the chat model is told before each conversation."`
	MaxTokens    int           `env:"BOT_MAX_TOKENS" default:"1024" help:"Tokens of an answer; 0 means as many as fit."`
	Temperature  *float32      `env:"BOT_TEMPERATURE" placeholder:"NUMBER" help:"0 to 2; the model's own unless given."`
	EditInterval time.Duration `env:"BOT_EDIT_INTERVAL" default:"1s" help:"Time between two edits of the message in which an answer grows; in groups 3s at least."`

	HistoryTurns      int `env:"BOT_HISTORY_TURNS" default:"20" help:"Questions of a chat, with their answers, that are remembered."`
	HistoryCharacters int `env:"BOT_HISTORY_CHARACTERS" default:"16000" help:"Characters of those."`
	MaxChats          int `env:"BOT_MAX_CHATS" default:"1000" help:"Chats that are remembered."`

	Allow             []int64       `env:"BOT_ALLOW" placeholder:"ID" help:"Ids of the users who are answered; everyone unless given."`
	MessagesPerMinute int           `env:"BOT_MESSAGES_PER_MINUTE" default:"20" help:"Messages of one user; 0 means no limit."`
	MaxQueue          int           `env:"BOT_MAX_QUEUE" default:"5" help:"Messages of a chat that wait for their answer."`
	MaxPending        int           `env:"BOT_MAX_PENDING" default:"1000" help:"Messages of all chats that wait; meanwhile Telegram keeps more."`
	MaxAnswers        int           `env:"BOT_MAX_ANSWERS" default:"16" help:"Answers that the scorer is asked for at once."`
	AnswerTimeout     time.Duration `env:"BOT_ANSWER_TIMEOUT" default:"3m" help:"Time for an answer, including waiting for the scorer."`
	NoticeAfter       time.Duration `env:"BOT_NOTICE_AFTER" default:"15s" help:"Time without a word of an answer, after which the user is told that the model may be waking up."`

	TelegramURL   string        `env:"BOT_TELEGRAM_URL" default:"https://api.telegram.org" placeholder:"URL" help:"Where the Bot API is, if you run a server of it."`
	PollTimeout   time.Duration `env:"BOT_POLL_TIMEOUT" default:"50s" help:"Time that Telegram may hold a request for messages."`
	ShutdownGrace time.Duration `env:"BOT_SHUTDOWN_GRACE" default:"25s" help:"After SIGTERM, time for the answers in progress."`
	Host          string        `env:"BOT_HOST" default:"0.0.0.0" help:"Address to listen on for probes."`
	Port          int           `env:"BOT_PORT" default:"0" help:"Port to answer /livez and /readyz on; 0 means none."`
	LogLevel      string        `env:"BOT_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"Least level of log lines: ${enum}."`
	LogFormat     string        `env:"BOT_LOG_FORMAT" enum:"json,text" default:"json" help:"Form of log lines: ${enum}."`
}

// tokenForm is what @BotFather gives: the bot's id, and letters.
var tokenForm = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]{20,}$`)

// check returns everything that can't be.
func (o options) check(s secrets) []error {
	var mistakes []error
	wrong := func(format string, args ...any) { mistakes = append(mistakes, fmt.Errorf(format, args...)) }
	switch {
	case s.token == "":
		wrong("%s isn't set: it holds the token that @BotFather gave for the bot", tokenVariable)
	case !tokenForm.MatchString(s.token): // which isn't shown: most of it may be right
		wrong("%s isn't a bot's token, which is a number, a colon and 35 letters or so: copy it from @BotFather", tokenVariable)
	}
	for _, c := range []struct{ name, value string }{{"scorer-url", o.ScorerURL}, {"telegram-url", o.TelegramURL}} {
		u, err := url.Parse(c.value)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			wrong("--%s isn't an address such as https://host:port, without a user, a query or a fragment", c.name)
		}
	}
	if strings.ContainsAny(s.key, "\r\n") {
		wrong("%s has more than one line: it should hold only the key", keyVariable)
	}
	if o.ScorerKeyFile != "" {
		if s.key != "" {
			wrong("--scorer-key-file and %s are both set: keep one of them", keyVariable)
		}
		if _, err := readKey(o.ScorerKeyFile); err != nil {
			wrong("--scorer-key-file: %w", err)
		}
	}
	if o.ScorerScope != "" {
		if s.key != "" || o.ScorerKeyFile != "" {
			wrong("--scorer-scope and a key are both set: keep one of them")
		}
		if !strings.HasSuffix(o.ScorerScope, "/.default") {
			wrong("--scorer-scope is %q: a managed identity signs in for a scope that ends in /.default, such as https://ml.azure.com/.default", o.ScorerScope)
		}
	}
	for _, c := range []struct {
		name             string
		value, low, high int
	}{
		{"max-tokens", o.MaxTokens, 0, 1 << 20},
		{"history-turns", o.HistoryTurns, 0, 10000},
		{"history-characters", o.HistoryCharacters, 0, 1 << 24},
		{"max-chats", o.MaxChats, 1, 1 << 20},
		{"messages-per-minute", o.MessagesPerMinute, 0, 10000},
		{"max-queue", o.MaxQueue, 1, 1000},
		{"max-pending", o.MaxPending, 1, 1 << 20},
		{"max-answers", o.MaxAnswers, 1, 4096},
		{"port", o.Port, 0, 65535},
	} {
		if c.value < c.low || c.value > c.high {
			wrong("--%s is %d, it can be %d to %d", c.name, c.value, c.low, c.high)
		}
	}
	for _, c := range []struct {
		name             string
		value, low, high time.Duration
	}{
		{"edit-interval", o.EditInterval, 100 * time.Millisecond, time.Minute},
		{"notice-after", o.NoticeAfter, time.Second, time.Hour},
		{"answer-timeout", o.AnswerTimeout, time.Second, time.Hour},
		{"poll-timeout", o.PollTimeout, time.Second, 50 * time.Second},
		{"shutdown-grace", o.ShutdownGrace, time.Second, 30 * time.Minute},
	} {
		if c.value < c.low || c.value > c.high {
			wrong("--%s is %v, it can be %v to %v", c.name, c.value, c.low, c.high)
		}
	}
	if o.Temperature != nil && !(*o.Temperature >= 0 && *o.Temperature <= 2) {
		wrong("--temperature is %v, it can be 0 to 2", *o.Temperature)
	}
	for _, id := range o.Allow {
		if id <= 0 {
			wrong("--allow has %d, but the ids of users are over 0; the bot tells users whom it doesn't answer their id", id)
		}
	}
	return mistakes
}

// readKey reads the scorer's key from a file.
func readKey(file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	key := strings.TrimSpace(string(content))
	if key == "" || strings.ContainsAny(key, "\r\n") {
		return "", fmt.Errorf("%s doesn't hold one line, the key", file)
	}
	return key, nil
}

// bot are the options of the bot but for what it talks to.
func (o options) bot() telegram.Options {
	return telegram.Options{
		URL: o.TelegramURL, Task: telegram.Task(o.Task),
		SystemPrompt: o.SystemPrompt, MaxTokens: o.MaxTokens, Temperature: o.Temperature,
		Allow: o.Allow, MessagesPerMinute: o.MessagesPerMinute,
		MaxQueue: o.MaxQueue, MaxAnswers: o.MaxAnswers, MaxPending: o.MaxPending, MaxChats: o.MaxChats,
		HistoryTurns: o.HistoryTurns, HistoryLength: o.HistoryCharacters,
		AnswerTimeout: o.AnswerTimeout, NoticeAfter: o.NoticeAfter, EditInterval: o.EditInterval, PollTimeout: o.PollTimeout, Grace: o.ShutdownGrace,
	}
}

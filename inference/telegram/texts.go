package telegram

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// What the bot says of itself.
const (
	textOnly       = "I can read text only. Please write what you would like to know."
	textNotAllowed = "I may not answer you. Ask my owner to allow your id, which is %d."
	textTooFast    = "That is more than I may answer in a minute. Please wait a little, and then send your last message again."
	textNothing    = "There is nothing to stop."
	textForgotten  = "I have forgotten our conversation. What is next?"
	textNoChat     = "I can't chat here, I only tell the sentiment of texts. Send me one."
	textNoScore    = "I can't tell the sentiment of texts here. I only chat."
	textUnknown    = "I don't know that command. /help lists those that I know."
	textWhichText  = "Which text? Write it after the command, as in: /sentiment I like it here. Or answer a message with the command."
	textRestarting = "I am being restarted: please ask again in a moment."
	textSlow       = "This takes longer than usual: the model may be waking up. Your answer comes as soon as it is there."
	textAsleep     = "The model is asleep. I try again as soon as it is awake."
	textStillSleep = "The model is still asleep. My owner has to wake it; please ask again later."
	textStopped    = "(stopped)"
	textCut        = "(This is as long as my answers may be.)"
	textEmpty      = "(The model had nothing to say.)"
	textUnshown    = "(Telegram didn't take the answer. Please ask in another way.)"
	stopLabel      = "Stop"
	stopData       = "stop"
	stopDone       = "Stopping"
)

// greeting answers /start and /help.
func (b *Bot) greeting() string {
	var s strings.Builder
	switch {
	case b.chat && b.sentiment:
		s.WriteString("Write to me and a language model answers. I can also tell the sentiment of a text.\n\n")
	case b.chat:
		s.WriteString("Write to me and a language model answers.\n\n")
	default:
		s.WriteString("Send me a text and I tell its sentiment.\n\n")
	}
	for _, c := range b.commands() {
		fmt.Fprintf(&s, "/%s – %s\n", c.Command, c.Description)
	}
	if b.chat {
		s.WriteString("\nA model can be wrong. In a group I answer those who mention me or reply to me.")
	} else {
		s.WriteString("\nIn a group I answer those who mention me or reply to me.")
	}
	return s.String()
}

// commands are those that make sense with what the scorer serves.
func (b *Bot) commands() []command {
	c := []command{{"help", "what I can do"}}
	if b.sentiment {
		c = append(c, command{"sentiment", "tell the sentiment of the text that follows"})
	}
	if b.chat {
		c = append(c, command{"new", "forget the conversation"}, command{"stop", "stop the answer"})
	}
	return c
}

// missedText tells of messages that found the queue full.
func missedText(n int) string {
	if n == 1 {
		return "One more message came while others were waiting, and I didn't take it. Please send it again."
	}
	return fmt.Sprintf("%d more messages came while others were waiting, and I didn't take them. Please send them again.", n)
}

// apology tells a person of an error of the scorer's.
func apology(err error) string {
	var refused *api.StatusError
	if !errors.As(err, &refused) {
		if errors.Is(err, context.DeadlineExceeded) {
			return "The answer took too long. Please ask for less, or try again later."
		}
		return "I can't reach the model just now. Please try again later."
	}
	s := "Something went wrong at the model. Please try again later."
	switch {
	case asleep(err):
		return textStillSleep
	case refused.Code == api.ContextLengthExceeded || refused.Code == api.TooLong || refused.Code == api.PayloadTooLarge:
		s = "Your message is too long for the model. Please shorten it."
	case refused.Status == http.StatusUnauthorized || refused.Status == http.StatusForbidden:
		s = "The model doesn't let me in. My owner has to look at it."
	case refused.Code == api.DeadlineExceeded || refused.Status == http.StatusGatewayTimeout || refused.Status == http.StatusRequestTimeout:
		s = "The answer took too long. Please ask for less, or try again later."
	case refused.Status == http.StatusTooManyRequests && refused.RetryAfter > 0:
		s = fmt.Sprintf("The model has too much to do. Please try again in %s.", seconds(refused.RetryAfter))
	case refused.Status == http.StatusTooManyRequests || refused.Code == api.Overloaded || refused.Code == api.RateLimitExceeded:
		s = "The model has too much to do. Please try again later."
	case later(err):
		s = "The model is not ready just now. Please try again in a moment."
	}
	if refused.RequestID != "" {
		s += " (Request " + refused.RequestID + ")"
	}
	return s
}

func seconds(d time.Duration) string {
	if n := int(math.Ceil(d.Seconds())); n != 1 {
		return fmt.Sprintf("%d seconds", n)
	}
	return "a second"
}

// asleep reports whether nothing is behind the address: the gateway of an Azure
// ML endpoint answers 404 while no deployment has traffic, and that of Container
// Apps for an app that is stopped. A scorer's own 404 has a code.
func asleep(err error) bool {
	var refused *api.StatusError
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound && refused.Code == ""
}

// later reports whether the scorer may answer the same request soon.
func later(err error) bool {
	var refused *api.StatusError
	if !errors.As(err, &refused) {
		return !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) // the network
	}
	switch refused.Code {
	case api.Overloaded, api.RateLimitExceeded, api.NotReady, api.Draining:
		return true
	case api.DeadlineExceeded:
		return false // it would take as long again
	}
	return refused.Temporary() && refused.Status != http.StatusGatewayTimeout && refused.Status != http.StatusRequestTimeout
}

// verdict tells the label of a text.
func verdict(s api.Score) string {
	return fmt.Sprintf("%s (%.1f %%)", s.Label, 100*s.Score)
}

package telegramtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// params are those of all methods.
type params struct {
	Offset   int64    `json:"offset"`
	Limit    int      `json:"limit"`
	Timeout  int      `json:"timeout"`
	Allowed  []string `json:"allowed_updates"`
	Chat     int64    `json:"chat_id"`
	Thread   int64    `json:"message_thread_id"`
	Message  int64    `json:"message_id"`
	Text     string   `json:"text"`
	Action   string   `json:"action"`
	Callback string   `json:"callback_query_id"`
	Reply    struct {
		Message int64 `json:"message_id"`
	} `json:"reply_parameters"`
	Markup *struct {
		Rows [][]struct {
			Text string `json:"text"`
			Data string `json:"callback_data"`
		} `json:"inline_keyboard"`
	} `json:"reply_markup"`
	Commands []struct {
		Command     string `json:"command"`
		Description string `json:"description"`
	} `json:"commands"`
}

// failure is a refusal.
type failure struct {
	status, retryAfter int
	text               string
}

func (s *Telegram) serve(w http.ResponseWriter, r *http.Request) {
	token, method, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if token != Token {
		write(w, nil, &failure{http.StatusUnauthorized, 0, "Unauthorized"}, false)
		return
	}
	var p params
	if err := json.Unmarshal(body, &p); err != nil || !utf8.Valid(body) || r.Method != http.MethodPost {
		write(w, nil, s.refuse(method, "Bad Request: can't parse the request"), false)
		return
	}
	s.mu.Lock()
	s.calls[method]++
	var fault Fault
	failed := len(s.faults[method]) > 0
	if failed {
		fault, s.faults[method] = s.faults[method][0], s.faults[method][1:]
		failed = !fault.None
	}
	s.change()
	s.mu.Unlock()
	if failed && fault.Status != 0 {
		write(w, nil, &failure{fault.Status, fault.RetryAfter, fault.Text}, false)
		return
	}
	if failed && !fault.After && !fault.Midway {
		panic(http.ErrAbortHandler)
	}
	result, refused := s.do(method, p, r.Context().Done())
	if failed && fault.After {
		panic(http.ErrAbortHandler)
	}
	if method == "getUpdates" && refused == nil && !failed && r.Context().Err() == nil {
		s.mu.Lock()
		for _, u := range result.([]object) {
			s.fetched[u["update_id"].(int64)]++
		}
		s.change()
		s.mu.Unlock()
	}
	write(w, result, refused, failed && fault.Midway)
}

// refuse notes a call that breaks Telegram's rules.
func (s *Telegram) refuse(method, text string) *failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = append(s.refused, method+": "+text)
	return &failure{http.StatusBadRequest, 0, text}
}

func write(w http.ResponseWriter, result any, refused *failure, midway bool) {
	answer := object{"ok": refused == nil, "result": result}
	status := http.StatusOK
	if refused != nil {
		status = refused.status
		answer = object{"ok": false, "error_code": status, "description": refused.text}
		if refused.retryAfter > 0 {
			answer["parameters"] = object{"retry_after": refused.retryAfter}
		}
	}
	body, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	if midway {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body[:len(body)/2])
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func (s *Telegram) do(method string, p params, gone <-chan struct{}) (any, *failure) {
	switch method {
	case "getMe":
		return object{"id": BotID, "is_bot": true, "first_name": "Scorer", "username": Username}, nil
	case "getUpdates":
		return s.getUpdates(p, gone)
	case "sendMessage":
		if text := unfit(p.Text); text != "" {
			return nil, s.refuse(method, text)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.nextMsg++
		m := &Message{Chat: p.Chat, Thread: p.Thread, ID: s.nextMsg, ReplyTo: p.Reply.Message, Text: strings.TrimSpace(p.Text), Button: button(p)}
		m.Edits = []Edit{{m.Text, m.Button, time.Now()}}
		s.messages = append(s.messages, m)
		s.change()
		return object{"message_id": m.ID, "date": 1, "chat": object{"id": m.Chat, "type": "private"}, "text": m.Text}, nil
	case "editMessageText":
		if text := unfit(p.Text); text != "" {
			return nil, s.refuse(method, text)
		}
		return s.edit(p)
	case "sendChatAction":
		s.mu.Lock()
		defer s.mu.Unlock()
		s.typing[p.Chat]++
		s.change()
		return p.Action == "typing", nil
	case "answerCallbackQuery":
		s.mu.Lock()
		defer s.mu.Unlock()
		s.presses[p.Callback] = p.Text
		s.change()
		return true, nil
	case "setMyCommands":
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, c := range p.Commands {
			s.commands = append(s.commands, c.Command)
		}
		return true, nil
	}
	return nil, &failure{http.StatusNotFound, 0, "Not Found"}
}

// unfit says why Telegram doesn't take a text; "" if it does.
func unfit(text string) string {
	switch n := len(utf16.Encode([]rune(text))); {
	case strings.TrimSpace(text) == "":
		return "Bad Request: message text is empty"
	case n > 4096:
		return fmt.Sprintf("Bad Request: message is too long (%d)", n)
	case strings.ContainsRune(text, utf8.RuneError):
		return "Bad Request: strings must be encoded in UTF-8"
	}
	return ""
}

func button(p params) string {
	if p.Markup == nil || len(p.Markup.Rows) == 0 {
		return ""
	}
	return p.Markup.Rows[0][0].Data
}

func (s *Telegram) edit(p params) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.Chat != p.Chat || m.ID != p.Message {
			continue
		}
		if text := strings.TrimSpace(p.Text); text == m.Text && button(p) == m.Button {
			return nil, &failure{http.StatusBadRequest, 0, "Bad Request: message is not modified: the same text and reply markup"}
		}
		m.Text, m.Button = strings.TrimSpace(p.Text), button(p)
		m.Edits = append(m.Edits, Edit{m.Text, m.Button, time.Now()})
		s.change()
		return object{"message_id": m.ID, "date": 1, "chat": object{"id": m.Chat, "type": "private"}, "text": m.Text}, nil
	}
	return nil, &failure{http.StatusBadRequest, 0, "Bad Request: message to edit not found"}
}

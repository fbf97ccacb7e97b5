package telegram

import "encoding/json"

// The parts of the Bot API's objects that are read. Offsets and lengths count
// UTF-16 code units.

type update struct {
	ID            int64          `json:"update_id"`
	Message       *message       `json:"message"`
	CallbackQuery *callbackQuery `json:"callback_query"`
}

type user struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Username string `json:"username"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"` // private, group, supergroup or channel
}

func (c chat) private() bool { return c.Type == "private" }

type message struct {
	ID       int64    `json:"message_id"`
	Thread   int64    `json:"message_thread_id"`
	IsTopic  bool     `json:"is_topic_message"`
	From     *user    `json:"from"`
	Chat     chat     `json:"chat"`
	Text     string   `json:"text"`
	Entities []entity `json:"entities"`
	ReplyTo  *message `json:"reply_to_message"`
	media
}

// media is what people send beside text. A message without any of it and
// without text is a note of Telegram's own, such as that somebody joined.
type media struct {
	Animation json.RawMessage `json:"animation"`
	Audio     json.RawMessage `json:"audio"`
	Contact   json.RawMessage `json:"contact"`
	Dice      json.RawMessage `json:"dice"`
	Document  json.RawMessage `json:"document"`
	Location  json.RawMessage `json:"location"`
	PaidMedia json.RawMessage `json:"paid_media"`
	Photo     json.RawMessage `json:"photo"`
	Poll      json.RawMessage `json:"poll"`
	Sticker   json.RawMessage `json:"sticker"`
	Story     json.RawMessage `json:"story"`
	Video     json.RawMessage `json:"video"`
	VideoNote json.RawMessage `json:"video_note"`
	Voice     json.RawMessage `json:"voice"`
}

func (m *media) any() bool {
	for _, part := range []json.RawMessage{
		m.Animation, m.Audio, m.Contact, m.Dice, m.Document, m.Location, m.PaidMedia,
		m.Photo, m.Poll, m.Sticker, m.Story, m.Video, m.VideoNote, m.Voice,
	} {
		if len(part) > 0 {
			return true
		}
	}
	return false
}

type entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	User   *user  `json:"user"` // of a text_mention
}

// callbackQuery is a press of a button.
type callbackQuery struct {
	ID      string   `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"` // that the button is at
	Data    string   `json:"data"`
}

// The parameters of the methods that are called.

type getUpdates struct {
	Offset         int64    `json:"offset,omitempty"`
	Limit          int      `json:"limit,omitempty"`
	Timeout        int      `json:"timeout"` // seconds
	AllowedUpdates []string `json:"allowed_updates"`
}

type sendMessage struct {
	Chat        int64            `json:"chat_id"`
	Thread      int64            `json:"message_thread_id,omitempty"`
	Text        string           `json:"text"`
	Preview     previewOptions   `json:"link_preview_options"`
	ReplyTo     *replyParameters `json:"reply_parameters,omitempty"`
	ReplyMarkup *keyboard        `json:"reply_markup,omitempty"`
}

// editMessageText takes the buttons off the message unless it has them.
type editMessageText struct {
	Chat        int64          `json:"chat_id"`
	Message     int64          `json:"message_id"`
	Text        string         `json:"text"`
	Preview     previewOptions `json:"link_preview_options"`
	ReplyMarkup *keyboard      `json:"reply_markup,omitempty"`
}

// previewOptions keep Telegram from fetching addresses that a model made up.
type previewOptions struct {
	Disabled bool `json:"is_disabled"`
}

type replyParameters struct {
	Message      int64 `json:"message_id"`
	AllowMissing bool  `json:"allow_sending_without_reply"`
}

type keyboard struct {
	Rows [][]button `json:"inline_keyboard"`
}

type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

type sendChatAction struct {
	Chat   int64  `json:"chat_id"`
	Thread int64  `json:"message_thread_id,omitempty"`
	Action string `json:"action"`
}

type answerCallbackQuery struct {
	ID   string `json:"callback_query_id"`
	Text string `json:"text,omitempty"`
}

type setMyCommands struct {
	Commands []command `json:"commands"`
}

type command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

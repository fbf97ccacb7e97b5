package optimize

import (
	"fmt"
	"math"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// passages are real text on which an embedding that was tied to the 4-bit head is
// judged, in several languages and scripts, with code and a table: some 900 tokens
// of Gemma 3's.
var passages = []string{
	"The ferry left the harbour an hour late because of the fog. Most of the passengers stayed below, where it was warm, and drank tea from paper cups. A boy stood at the rail the whole way and counted the buoys aloud. When the island came in sight he had reached forty-one, and his sister, who had not been listening, told him that he must have missed one.",
	"To change the filter, first turn off the water. Unscrew the lid by hand; do not use a wrench, since the thread is made of plastic. Take out the old cartridge and wipe the housing with a dry cloth. Put in the new one with the arrow pointing up, close the lid, and let the water run for two minutes before you drink it.",
	"Parliament passed the law in the spring of 1911 by a narrow majority. It limited the working day in mines to eight hours, forbade the employment of children below the age of fourteen, and set up a small office of inspectors. The owners complained that prices would rise, and for a year they did.",
	"Das Museum wurde vor drei Jahren umgebaut. Seitdem kommen doppelt so viele Besucher, und an manchen Tagen muss man lange anstehen. Am besten geht man am Mittwochabend hin, wenn der Eintritt frei ist und die meisten Gruppen schon wieder abgereist sind.",
	"Le médecin lui avait conseillé de marcher une heure par jour. Il choisit le chemin qui longe la rivière, parce qu'il y avait de l'ombre et qu'on n'y rencontrait presque personne. Au bout d'un mois, il connaissait chaque arbre et chaque banc.",
	"Los vecinos se reunieron en la plaza para hablar del agua. Hacía dos semanas que no llovía, y el depósito del pueblo estaba casi vacío. El alcalde propuso cerrar la fuente durante la noche, pero nadie quiso votar antes de escuchar al ingeniero.",
	"Осенью в деревне остаётся мало людей. Дачники уезжают в город, магазин закрывается рано, и вечером слышно только, как шумит лес. Мой дед говорил, что это самое хорошее время: можно спокойно чинить лодку и читать.",
	"这家书店开在一条小巷里，门口没有招牌。老板每天下午才开门，泡一壶茶，坐在门边看书。有人进来，他也不抬头，只说一句：“随便看。”",
	"يفتح المقهى أبوابه قبل شروق الشمس، ويأتي إليه الصيادون ليشربوا الشاي قبل أن يخرجوا إلى البحر. يعرف صاحبه أسماءهم جميعا، ويعرف من منهم يحب السكر ومن لا يحبه.",
	"func reverse(words []string) []string {\n\tout := make([]string, 0, len(words))\n\tfor i := len(words) - 1; i >= 0; i-- {\n\t\tout = append(out, words[i])\n\t}\n\treturn out\n}\n\nfunc main() {\n\tfmt.Println(strings.Join(reverse(os.Args[1:]), \" \"))\n}\n",
	"| Day | Open | Close | Notes |\n|---|---|---|---|\n| Monday | 9:00 | 18:00 | |\n| Tuesday | 9:00 | 18:00 | |\n| Wednesday | 9:00 | 21:00 | free after 18:00 |\n| Thursday | 9:00 | 18:00 | |\n| Friday | 9:00 | 16:00 | |\n",
}

// What tying the embedding to the 4-bit head may change of a model that isn't asked
// for it, two standard errors included: by which share text may surprise it more,
// and before which share of tokens the most probable one must stay the same. The
// latter counts for models that know little of what the passages are about.
const (
	MaxPerplexityIncrease = 0.05
	MinSameToken          = 0.9
)

// passageIDs are the passages as the model reads them.
func passageIDs(t *tokenizer.Tokenizer, c modelstore.Config) [][]int32 {
	var all [][]int32
	for _, p := range passages {
		ids := t.Append(append([]int32(nil), t.Begin()...), tokenizer.Part{Text: p})
		if ids = ids[:min(len(ids), c.Positions)]; len(ids) > 1 {
			all = append(all, ids)
		}
	}
	return all
}

// forecasts are what the graph at path makes of the passages.
func (d *decoder) forecasts(path string) ([]generation.Forecast, error) {
	heads, o := d.generation()
	return generation.Forecasts(path, heads, o, d.passages)
}

// judgeEmbedding compares what the export and the graph at target, whose embedding
// is tied, make of the passages.
func (d *decoder) judgeEmbedding(target string) (*modelstore.EmbeddingCheck, error) {
	own, err := d.forecasts(d.Folder.Graph)
	if err != nil {
		return nil, err
	}
	tied, err := d.forecasts(target)
	if err != nil {
		return nil, err
	}
	return &modelstore.EmbeddingCheck{TextCheck: compareForecasts(own, tied), OwnPerplexity: perplexity(own), TiedPerplexity: perplexity(tied)}, nil
}

func perplexity(all []generation.Forecast) float64 {
	sum := 0.0
	for _, f := range all {
		sum -= f.Logprob
	}
	return math.Exp(sum / float64(len(all)))
}

// compareForecasts sums up two graphs' forecasts of the same texts.
func compareForecasts(before, after []generation.Forecast) (c modelstore.TextCheck) {
	n := float64(len(before))
	var sum, squares float64
	for i := range before {
		loss := before[i].Logprob - after[i].Logprob
		sum, squares = sum+loss, squares+loss*loss
		if before[i].Best == after[i].Best {
			c.SameToken++
		}
	}
	mean := sum / n
	deviation := math.Sqrt(max(0, squares/n-mean*mean) / n)
	c.Tokens, c.SameToken = len(before), c.SameToken/n
	c.Increase, c.Margin = math.Exp(mean)-1, math.Exp(mean)*2*deviation
	return c
}

// acceptable reports whether a change may be made without being asked for.
// Whatever isn't a number isn't.
func acceptable(c modelstore.TextCheck, maxIncrease, minSame float64) bool {
	deviation := math.Sqrt(c.SameToken * (1 - c.SameToken) / float64(c.Tokens))
	return c.Increase+c.Margin <= maxIncrease && c.SameToken-2*deviation >= minSame
}

func embeddingStep(c *modelstore.EmbeddingCheck) string {
	return fmt.Sprintf("embedding left as it is, because reading it from the head would change the most probable token for %.1f %% of %d, and perplexity by %+.1f %% (margin %.1f %%)",
		100*(1-c.SameToken), c.Tokens, 100*c.Increase, 100*c.Margin)
}

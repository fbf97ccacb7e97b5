package stackconfig

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
)

// preparation is what an update makes of the same files, by graph's names for the
// layouts: a change of it is another version of every model with a source, because
// the scorer that comes with it doesn't read the one before.
const preparation = "packed/5 decoder/1"

var (
	sourcePattern      = regexp.MustCompile(`^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*@[0-9a-f]{40}$`)
	filePattern        = regexp.MustCompile(`^[\w-][\w.-]*(/[\w-][\w.-]*)*\.(onnx|safetensors)$`)
	vaultSecretPattern = regexp.MustCompile(`^[0-9A-Za-z-]{1,127}$`)
)

// sourceForm says what a source can be.
const sourceForm = "must be OWNER/NAME@COMMIT, with the commit's 40 hexadecimal digits, or a folder in the project's, ./models/NAME"

// ValidSource reports whether a text is OWNER/NAME@COMMIT, with a whole commit, or
// ./FOLDER in the project's.
func ValidSource(text string) bool {
	dir, local := strings.CutPrefix(text, "./")
	return sourcePattern.MatchString(text) || local && dir != "" && filepath.IsLocal(filepath.FromSlash(dir))
}

// SourceFolder is the folder that the model comes from, from the project's; "" for
// one from the hub.
func (m Model) SourceFolder() string {
	if !strings.HasPrefix(m.Source, "./") {
		return ""
	}
	return filepath.FromSlash(m.Source)
}

// Precisions are those that a source's model can be made in.
var Precisions = []string{"fp32", "int8", "int4"}

// Repository is the hub's source's OWNER/NAME, and the commit.
func (m Model) Repository() (repository, commit string) {
	repository, commit, _ = strings.Cut(m.Source, "@")
	return repository, commit
}

// sourceVersion stands for the content that an update puts in storage. A commit
// names its files by their content, so nothing has to be fetched to know it; a
// folder's files are hashed.
func (m Model) sourceVersion(folder string) (string, error) {
	content := m.Source
	if dir := m.SourceFolder(); dir != "" {
		files, err := manifest.Of(filepath.Join(folder, dir))
		if err != nil {
			return "", err
		}
		content = files.Sum()
	}
	return hash(8, content, m.File, m.Precision, preparation), nil
}

// checkSource wants one word on where the model comes from.
func (m Model) checkSource(c *checker, at string) {
	if m.Source == "" {
		for key, value := range map[string]string{"file": m.File, "precision": m.Precision, "tokenSecret": m.TokenSecret} {
			if value != "" {
				c.report(at+"."+key, value, "is for a model with a source", "set source, or remove it")
			}
		}
		return
	}
	valid := ValidSource(m.Source)
	if !valid {
		c.report(at+".source", m.Source, sourceForm, "take the commit from the repository's history on the hub: a branch's files change")
	}
	if m.File != "" {
		c.match(at+".file", m.File, filePattern, "must be the path of an ONNX or safetensors file in the repository", "onnx/model_fp16.onnx for example")
	}
	c.oneOf(at+".precision", m.Precision, Precisions, "fp32 is the model as it was exported, even if that is fp16")
	if m.Precision == "int4" && m.SourceFolder() != "" {
		c.report(at+".precision", m.Precision, "is for a chat model that the hub has weights of alone", "run scorer import or scorer quantize, and name the folder that it makes")
	}
	if m.TokenSecret != "" && m.SourceFolder() != "" {
		c.report(at+".tokenSecret", m.TokenSecret, "is for a source on the hub", "remove it")
	} else if m.TokenSecret != "" {
		c.match(at+".tokenSecret", m.TokenSecret, vaultSecretPattern, "must be 1 to 127 letters, digits and hyphens", "hf-token for example")
	}
	if m.SHA256 != "" || m.Path != "" {
		c.report(at+".source", m.Source, "can't be combined with sha256 or path, which say the same in another way", "keep one of them")
	}
	if !valid {
		return
	}
	if want, err := m.sourceVersion(c.folder); err != nil {
		c.report(at+".source", m.Source, "can't be read: "+err.Error(), "name the folder of a model, relative to Pulumi.yaml")
	} else if m.Version != want {
		c.report(at+".version", m.Version, fmt.Sprintf("must be %q, which follows from source, file and precision", want), "remove it")
	}
}

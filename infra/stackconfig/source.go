package stackconfig

import (
	"fmt"
	"regexp"
	"strings"
)

// preparation counts what an update makes of the same files: a change of it is
// another version of every model with a source.
const preparation = "1"

var (
	sourcePattern = regexp.MustCompile(`^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*@[0-9a-f]{40}$`)
	filePattern   = regexp.MustCompile(`^[\w-][\w.-]*(/[\w-][\w.-]*)*\.onnx$`)
	vaultPattern  = regexp.MustCompile(`^[0-9A-Za-z-]{1,127}$`)
)

// ValidSource reports whether a text is OWNER/NAME@COMMIT, with a whole commit.
func ValidSource(text string) bool { return sourcePattern.MatchString(text) }

// Repository is the source's OWNER/NAME, and the commit.
func (m Model) Repository() (repository, commit string) {
	repository, commit, _ = strings.Cut(m.Source, "@")
	return repository, commit
}

// sourceVersion stands for the content that an update puts in storage. A commit
// names its files by their content, so nothing has to be fetched to know it.
func (m Model) sourceVersion() string {
	return hash(8, m.Source, m.File, m.Precision, preparation)
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
	c.match(at+".source", m.Source, sourcePattern, "must be OWNER/NAME@COMMIT, with the commit's 40 hexadecimal digits",
		"take the commit from the repository's history on the hub: a branch's files change")
	if m.File != "" {
		c.match(at+".file", m.File, filePattern, "must be the path of an ONNX file in the repository", "onnx/model_fp16.onnx for example")
	}
	c.oneOf(at+".precision", m.Precision, []string{"fp32", "int8"}, "fp32 is the model as it was exported, if that is fp16 too")
	if m.TokenSecret != "" {
		c.match(at+".tokenSecret", m.TokenSecret, vaultPattern, "must be 1 to 127 letters, digits and hyphens", "hf-token for example")
	}
	if m.SHA256 != "" || m.Path != "" {
		c.report(at+".source", m.Source, "stands beside sha256 or path, which say the same otherwise", "keep one of them")
	}
	if want := m.sourceVersion(); m.Version != want && sourcePattern.MatchString(m.Source) {
		c.report(at+".version", m.Version, fmt.Sprintf("must be %q, which follows from source, file and precision", want), "remove it")
	}
}

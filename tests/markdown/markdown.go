// Package markdown knows what GitHub makes of a page.
package markdown

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	// Fence is a block of code.
	Fence = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	// Span is code in a sentence, once the blocks are gone.
	Span = regexp.MustCompile("`([^`\n]*)`")
)

// Anchor is what a link to a heading names, without the number that a second heading
// of the same words gets.
func Anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(heading))
}

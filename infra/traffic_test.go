package infra

import "testing"

func TestLiteralEscapesTemplateExpressions(t *testing.T) {
	for in, want := range map[string]string{"plain": "plain", "[resourceGroup().id]": "[[resourceGroup().id]", "": ""} {
		if got := literal(in); got != want {
			t.Errorf("literal(%q) = %q, want %q", in, got, want)
		}
	}
}

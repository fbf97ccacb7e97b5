package modelstore

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPooling: pooling_mode counts over the older fields, as in
// _convert_legacy_pooling_kwargs and __init__ of sentence-transformers' pooling.py.
func TestPooling(t *testing.T) {
	for _, c := range []struct {
		config  string
		want    Pooling
		problem string
	}{
		{`{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}`, CLS, ""},
		{`{"pooling_mode": "max", "pooling_mode_cls_token": true}`, Max, ""},
		{`{"pooling_mode": ["mean"], "pooling_mode_cls_token": true}`, Mean, ""},
		{`{"pooling_mode": ["cls", "mean"], "pooling_mode_cls_token": true}`, "", `pools by "cls+mean"`},
		{`{"pooling_mode": 1, "pooling_mode_cls_token": true}`, "", `pools by "1"`},
		{`{"pooling_mode_cls_token": true, "pooling_mode_lasttoken": true}`, "", `pools by "cls_token+lasttoken"`},
		{`{"pooling_mode": "weightedmean"}`, "", `pools by "weightedmean"`},
	} {
		f := &Folder{Dir: t.TempDir()}
		if err := os.WriteFile(filepath.Join(f.Dir, ConfigFile), []byte(c.config), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := f.readPooling("")
		if got != c.want || (err != nil) != (c.problem != "") || (err != nil && !strings.Contains(err.Error(), c.problem)) {
			t.Errorf("%s: %q, %v", c.config, got, err)
		}
	}
}

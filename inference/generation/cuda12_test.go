package generation_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
)

// TestReleaseForCUDA12 runs the golden test with the release that the GPU image
// has, on the CPU. A process holds one library, so it needs another process. Halves
// are what a GPU is given; of later exports, which that release doesn't know, the
// error names the remedy.
func TestReleaseForCUDA12(t *testing.T) {
	fetch := exec.Command("../../scripts/fetch-onnxruntime.sh", "cuda12")
	fetch.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, onnxlib.CacheEnv+"=") })
	fetch.Stderr = os.Stderr
	library, err := fetch.Output()
	if err != nil {
		t.Fatal(err)
	}
	golden := func(cases string) string {
		cmd := exec.Command(os.Args[0], "-test.v", "-test.run", "^TestGreedyTextsAreTheReferences$/^("+cases+")$")
		cmd.Env = append(os.Environ(), onnxlib.Env+"="+strings.TrimSpace(string(library)))
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	passed := regexp.MustCompile(`(?m)^    --- PASS: `)
	if out := golden("fp16|fp16_prepared|fp32_decomposed|fp32"); len(passed.FindAllString(out, -1)) != 4 {
		t.Error(out)
	}
	if out := golden("int4"); !strings.Contains(out, "sliding_window_cache") || !strings.Contains(out, "build the image with CUDA=13") {
		t.Error(out)
	}
}

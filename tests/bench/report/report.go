// Package report has what the benchmarks share: medians, a line about the
// machine, and the section of a document that a benchmark writes.
package report

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
)

// Median of values; of an even number the greater of the middle ones.
func Median(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[len(sorted)/2]
}

// Note tells who waits what is being done.
func Note(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}

// Machine says by what, and on what, the figures were made.
func Machine(command string) string {
	model, flags := processor()
	var of []string
	for _, f := range []string{"avx2", "avx512f", "avx512_vnni", "amx_int8"} {
		if slices.Contains(flags, f) {
			of = append(of, f)
		}
	}
	commit, _ := exec.Command("git", "rev-parse", "--short=12", "HEAD").Output()
	return fmt.Sprintf("Made by `%s` on %s, commit %s: %s, %d processors (%s), %s, ONNX Runtime %s.\n", command,
		time.Now().UTC().Format("2006-01-02"), strings.TrimSpace(string(commit)), model, runtime.NumCPU(), strings.Join(of, ", "), runtime.Version(), onnxlib.Version)
}

// Load says how much else the machine had to do, to be asked before a run; it tells who
// waits, if that is too much for figures worth keeping.
func Load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	load := strings.Fields(string(data))[:3]
	if last, err := strconv.ParseFloat(load[0], 64); err == nil && last > 0.5 {
		Note("the machine isn't idle: its load is %s", load[0])
	}
	return fmt.Sprintf("Load of the machine before the run (1, 5, 15 minutes): %s.\n", strings.Join(load, ", "))
}

func processor() (model string, flags []string) {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown processor", nil
	}
	defer func() { _ = f.Close() }()
	for s := bufio.NewScanner(f); s.Scan(); {
		key, value, _ := strings.Cut(s.Text(), ":")
		switch strings.TrimSpace(key) {
		case "model name":
			model = strings.TrimSpace(value)
		case "flags":
			return model, strings.Fields(value)
		}
	}
	return model, nil
}

// Replace puts what a command wrote between the two marks of its section in the file.
func Replace(path, command, section, text string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	begin, end := fmt.Sprintf("<!-- %s writes %s from here -->\n", command, section), fmt.Sprintf("<!-- %s to here -->\n", section)
	before, rest, ok := strings.Cut(string(data), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s lacks the marks %q and %q", path, begin, end)
	}
	return os.WriteFile(path, []byte(before+begin+text+end+after), 0o644)
}

// Memory returns the VmRSS and VmHWM of a process in bytes.
func Memory(pid int) (resident, peak float64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
			resident = kb * 1024
		}
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			peak = kb * 1024
		}
	}
	return resident, peak, nil
}

// Short is a figure in three digits or so.
func Short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

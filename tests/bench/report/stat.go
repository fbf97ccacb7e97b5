package report

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Processor is how many seconds of processor time a process has used.
func Processor(pid int) (float64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	s, err := ParseStat(string(data))
	return s.CPU, err
}

// Stat is what /proc/PID/stat says.
type Stat struct {
	PID, Parent int
	CPU         float64 // seconds, of children that ended too
}

// clockTicks a second is what the kernel counts in for programs, on every Linux.
const clockTicks = 100

// ParseStat reads the line of /proc/PID/stat.
func ParseStat(line string) (Stat, error) {
	// The name, in parentheses, may have any character.
	pid, rest, ok := strings.Cut(line, " (")
	end := strings.LastIndex(rest, ") ")
	if !ok || end < 0 {
		return Stat{}, fmt.Errorf("%q isn't what /proc/PID/stat has", line)
	}
	fields := strings.Fields(rest[end+2:])
	if len(fields) < 15 {
		return Stat{}, fmt.Errorf("%q has too few fields", line)
	}
	var s Stat
	var errs [2]error
	s.PID, errs[0] = strconv.Atoi(pid)
	s.Parent, errs[1] = strconv.Atoi(fields[1])
	for _, f := range fields[11:15] { // utime, stime, cutime, cstime
		ticks, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return Stat{}, err
		}
		s.CPU += ticks / clockTicks
	}
	return s, errors.Join(errs[:]...)
}

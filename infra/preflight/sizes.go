package preflight

import "strings"

// size is a VM size.
type size struct {
	Name         string
	Family       string // as Azure ML's vmSizes names it
	VCPUs        int
	MemoryMiB    int
	DiskMiB      int // temporary disk, where images and models lie
	GPUs         int
	GPUMemoryMiB int // of one GPU; 0 where it isn't known
	HourPrice    float64
	Currency     string
	Offer        offer
}

// offer says whether managed online endpoints offer a size.
type offer int

const (
	offerUnknown offer = iota
	offerManaged
	offerNone
)

// offered reports whether a size may be chosen, as far as is known: by Azure's
// answer, else by the program's own list.
func (s size) offered() bool {
	return s.Offer == offerManaged || s.Offer == offerUnknown && managed(s.Family)
}

// Families that managed online endpoints offer, for checks without Azure's
// answer. Like the table below, written from what is known of Azure; of its
// rows, only Standard_F4s_v2 and Standard_NC4as_T4_v3 were held against
// Microsoft's documentation. Azure's own answer takes precedence.
const (
	familyFSv2 = "standardFSv2Family"
	familyDSv2 = "standardDSv2Family"
	familyESv3 = "standardESv3Family"
	familyT4   = "Standard NCASv3_T4 Family"
	familyV100 = "standardNCSv3Family"
	familyA100 = "StandardNCADSA100v4Family"
)

var managedFamilies = []string{familyFSv2, familyDSv2, familyESv3, familyT4, familyV100, familyA100}

// knownSizes are sizes that managed online endpoints offer, for checks
// without Azure's answer.
var knownSizes = table(
	size{Name: "Standard_F2s_v2", Family: familyFSv2, VCPUs: 2, MemoryMiB: 4 << 10, DiskMiB: 16 << 10},
	size{Name: "Standard_F4s_v2", Family: familyFSv2, VCPUs: 4, MemoryMiB: 8 << 10, DiskMiB: 32 << 10},
	size{Name: "Standard_F8s_v2", Family: familyFSv2, VCPUs: 8, MemoryMiB: 16 << 10, DiskMiB: 64 << 10},
	size{Name: "Standard_F16s_v2", Family: familyFSv2, VCPUs: 16, MemoryMiB: 32 << 10, DiskMiB: 128 << 10},
	size{Name: "Standard_F32s_v2", Family: familyFSv2, VCPUs: 32, MemoryMiB: 64 << 10, DiskMiB: 256 << 10},
	size{Name: "Standard_DS2_v2", Family: familyDSv2, VCPUs: 2, MemoryMiB: 7 << 10, DiskMiB: 14 << 10},
	size{Name: "Standard_DS3_v2", Family: familyDSv2, VCPUs: 4, MemoryMiB: 14 << 10, DiskMiB: 28 << 10},
	size{Name: "Standard_DS4_v2", Family: familyDSv2, VCPUs: 8, MemoryMiB: 28 << 10, DiskMiB: 56 << 10},
	size{Name: "Standard_DS5_v2", Family: familyDSv2, VCPUs: 16, MemoryMiB: 56 << 10, DiskMiB: 112 << 10},
	size{Name: "Standard_E2s_v3", Family: familyESv3, VCPUs: 2, MemoryMiB: 16 << 10, DiskMiB: 32 << 10},
	size{Name: "Standard_E4s_v3", Family: familyESv3, VCPUs: 4, MemoryMiB: 32 << 10, DiskMiB: 64 << 10},
	size{Name: "Standard_E8s_v3", Family: familyESv3, VCPUs: 8, MemoryMiB: 64 << 10, DiskMiB: 128 << 10},
	size{Name: "Standard_E16s_v3", Family: familyESv3, VCPUs: 16, MemoryMiB: 128 << 10, DiskMiB: 256 << 10},
	size{Name: "Standard_NC4as_T4_v3", Family: familyT4, VCPUs: 4, MemoryMiB: 28 << 10, DiskMiB: 176 << 10, GPUs: 1},
	size{Name: "Standard_NC8as_T4_v3", Family: familyT4, VCPUs: 8, MemoryMiB: 56 << 10, DiskMiB: 352 << 10, GPUs: 1},
	size{Name: "Standard_NC16as_T4_v3", Family: familyT4, VCPUs: 16, MemoryMiB: 110 << 10, DiskMiB: 352 << 10, GPUs: 1},
	size{Name: "Standard_NC6s_v3", Family: familyV100, VCPUs: 6, MemoryMiB: 112 << 10, DiskMiB: 736 << 10, GPUs: 1},
	size{Name: "Standard_NC24ads_A100_v4", Family: familyA100, VCPUs: 24, MemoryMiB: 220 << 10, DiskMiB: 64 << 10, GPUs: 1},
)

func table(sizes ...size) map[string]size {
	all := map[string]size{}
	for _, s := range sizes {
		s.GPUMemoryMiB = gpuMemory(s.Name)
		all[strings.ToLower(s.Name)] = s
	}
	return all
}

// gpuMemory is the memory of one GPU of a size in MiB, which Azure's answers
// don't tell; 0 where it isn't known.
func gpuMemory(name string) int {
	name = strings.ToLower(name)
	switch {
	case strings.Contains(name, "_t4_"):
		return 16 << 10
	case strings.Contains(name, "_a100_v4"):
		return 80 << 10
	case strings.HasPrefix(name, "standard_nc") && strings.HasSuffix(name, "s_v3"): // V100
		return 16 << 10
	}
	return 0
}

// sameFamily compares families, which Azure writes in more than one way:
// "standardFSv2Family" and "Standard FSv2 Family".
func sameFamily(a, b string) bool { return plain(a) == plain(b) }

// plain is a text's letters and digits in lower case.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// managed reports whether managed online endpoints offer a family.
func managed(family string) bool {
	for _, m := range managedFamilies {
		if sameFamily(m, family) {
			return true
		}
	}
	return false
}

package modelstore

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
)

// RecordFile is the name of the record that `scorer optimize` leaves.
const RecordFile = "optimized.json"

// Record says how an optimised model was made, and from what.
type Record struct {
	// Source is the graph that it was made from.
	Source FileID `json:"source"`
	// Weights are files of weights that the source refers to.
	Weights []FileID `json:"weights,omitempty"`
	// Tool and Runtime are the versions of the scorer and of ONNX Runtime.
	Tool    string    `json:"tool"`
	Runtime string    `json:"onnxruntime"`
	Made    time.Time `json:"made"`
	// Layout is one of graph's; Precision "fp32" or "int8".
	Layout    string   `json:"layout"`
	Precision string   `json:"precision"`
	Steps     []string `json:"steps"`
	Check     Check    `json:"check"`
	// Files are the ones that were written.
	Files []FileID `json:"files"`
}

// Check is how the optimised graph compared with the source.
type Check struct {
	Texts              int     `json:"texts"`
	MaxLogitDifference float64 `json:"max_logit_difference"`
	MaxScoreDifference float64 `json:"max_score_difference"`
	SameLabel          float64 `json:"same_label"` // share of the texts, 0 to 1
	// Embedding is set where a chat model's embedding could be tied to its head.
	Embedding *EmbeddingCheck `json:"embedding,omitempty"`
	// Products is set where a chat model's products could become our own operators.
	Products *ProductsCheck `json:"products,omitempty"`
}

// TextCheck is what a change of a chat model changes on real text.
type TextCheck struct {
	Tokens int `json:"tokens"` // of the texts
	// SameToken is the share of them, 0 to 1, before which the most probable token
	// stays the same.
	SameToken float64 `json:"same_token"`
	// Increase is the perplexity's, as a share; Margin two standard errors of it.
	Increase float64 `json:"increase"`
	Margin   float64 `json:"margin"`
}

// EmbeddingCheck is what reading the embedding from the 4-bit head changed, or
// would have changed, on real text.
type EmbeddingCheck struct {
	Tied bool `json:"tied"`
	TextCheck
	OwnPerplexity  float64 `json:"own_perplexity"`
	TiedPerplexity float64 `json:"tied_perplexity"`
}

// ProductsCheck is what our own products of 4 bits changed, or would have changed.
type ProductsCheck struct {
	Packed bool `json:"packed"`
	TextCheck
}

// FileID tells a file by name, size and content.
type FileID struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// CRC32C is that of each part of the file, see checksum.go. Records of earlier
	// versions have none.
	CRC32C string `json:"crc32c,omitempty"`
	// ModTime makes a quick comparison possible, without reading the file.
	ModTime time.Time `json:"mod_time,omitzero"`
}

// Identify reads the file at path for its FileID.
func Identify(path, name string) (FileID, error) {
	f, err := modelfile.Open(path)
	if err != nil {
		return FileID{}, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return FileID{}, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return FileID{}, err
	}
	parts, err := checksums(f, info.Size())
	return FileID{Name: name, Size: info.Size(), SHA256: hex.EncodeToString(sum.Sum(nil)), CRC32C: parts, ModTime: info.ModTime().UTC()}, err
}

// check reads the file at path and returns how its content differs from id's, "" if it
// doesn't.
func (id FileID) check(path string) (difference string, err error) {
	if id.CRC32C == "" {
		got, err := Identify(path, id.Name)
		if err == nil && got.SHA256 != id.SHA256 {
			difference = fmt.Sprintf("its SHA-256 is %.12s…, not %.12s…", got.SHA256, id.SHA256)
		}
		return difference, err
	}
	f, err := modelfile.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if info.Size() != id.Size {
		return fmt.Sprintf("it has %d bytes, not %d", info.Size(), id.Size), nil
	}
	got, err := checksums(f, info.Size())
	if err != nil || got == id.CRC32C {
		return "", err
	}
	at := 0
	for at+8 <= min(len(got), len(id.CRC32C)) && got[at:at+8] == id.CRC32C[at:at+8] {
		at += 8
	}
	return fmt.Sprintf("its checksum differs from byte %d on", int64(at/8)*checksummed), nil
}

// readRecord returns nil if there is none.
func readRecord(path string) (*Record, error) {
	data, err := modelfile.Read(path, modelfile.MaxSettings)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &Record{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("%s can't be read (%w): prepare the model again with scorer optimize", path, err)
	}
	return r, nil
}

// Write writes the record to path.
func (r *Record) Write(path string) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// whole checks that the files of a prepared folder are those that were written, and that
// those that its answers come from are among them.
func (r *Record) whole(f *Folder) error {
	if r.Layout != graph.PackedLayout && r.Layout != graph.DecoderLayout {
		return fmt.Errorf("%s was prepared by version %s of this program, as %s, and this one reads %s: prepare the model again with scorer optimize",
			f.Dir, r.Tool, r.Layout, strings.Join([]string{graph.PackedLayout, graph.DecoderLayout}, " and "))
	}
	again := "prepare the model again with scorer optimize, or copy the folder again"
	known := map[string]bool{}
	for _, want := range r.Files {
		path := filepath.Join(f.Dir, want.Name)
		if !filepath.IsLocal(want.Name) {
			return fmt.Errorf("%s names the file %q, which isn't in its folder: %s", filepath.Join(f.Dir, RecordFile), want.Name, again)
		}
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is missing: %s", path, again)
		}
		if err != nil {
			return modelfile.WithRemedy(err)
		}
		if !info.Mode().IsRegular() || info.Size() != want.Size {
			return fmt.Errorf("%s has %d bytes, %d were written: %s", path, info.Size(), want.Size, again)
		}
		difference, err := want.check(path)
		if err != nil {
			return err
		}
		if difference != "" {
			return fmt.Errorf("%s is not as it was written (%s): %s", path, difference, again)
		}
		known[path] = true
	}
	needed := []string{f.Graph, f.Tokenizer}
	for _, e := range f.Signature.External {
		needed = append(needed, filepath.Join(filepath.Dir(f.Graph), e.Location))
	}
	for _, path := range needed {
		if !known[path] {
			return fmt.Errorf("%s doesn't say what %s was: %s", filepath.Join(f.Dir, RecordFile), path, again)
		}
	}
	return nil
}

// MadeFrom checks that the record's source is what a folder has, and the weights that it
// refers to. A file of the same size and time of change is taken for the same; otherwise its
// content decides.
func (r *Record) MadeFrom(f *Folder) error {
	for i, was := range append([]FileID{r.Source}, r.Weights...) {
		path := f.Graph
		if i > 0 {
			path = filepath.Join(filepath.Dir(f.Graph), was.Name)
		}
		info, err := os.Stat(path)
		if err != nil {
			return modelfile.WithRemedy(err)
		}
		if info.Size() == was.Size && info.ModTime().UTC().Equal(was.ModTime) {
			continue
		}
		difference, err := was.check(path)
		if err == nil && difference != "" {
			err = fmt.Errorf("%s has changed since (%s): prepare the model again with scorer optimize", path, difference)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

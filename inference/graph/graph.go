// Package graph reads ONNX files and rewrites them for serving. It needs no
// ONNX Runtime.
//
// Inspect tells what a file declares without reading its weights. Load reads a
// file whole, Rewrite turns the export of a BERT-family classifier into a graph
// that computes a batch without padding, Quantize makes its products int8, and
// Save writes it with the weights in a file of their own.
package graph

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/protobuf/proto"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// Load reads the ONNX file at path whole, external data included.
func Load(path string) (*pb.ModelProto, error) {
	if _, err := Inspect(path); err != nil { // its bounds
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := &pb.ModelProto{}
	if err := proto.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%s is not a complete ONNX file (%w): fetch or export the model again", path, err)
	}
	if m.GetGraph() == nil {
		return nil, fmt.Errorf("%s is not an ONNX model: it has no graph", path)
	}
	seen := map[region][]byte{}
	for _, t := range m.Graph.Initializer {
		if t.GetDataLocation() != pb.TensorProto_EXTERNAL {
			continue
		}
		if err := readExternal(filepath.Dir(path), t, seen); err != nil {
			return nil, fmt.Errorf("%s: initializer %s: %w", path, t.GetName(), err)
		}
	}
	return m, nil
}

// region is a stretch of a file of external data. Tensors may share one.
type region struct {
	path           string
	offset, length int64
}

// readExternal replaces t's reference into another file by the data itself, which
// isn't to be changed.
func readExternal(dir string, t *pb.TensorProto, seen map[region][]byte) error {
	e := External{Length: -1}
	for _, entry := range t.ExternalData {
		if err := e.put(entry.GetKey(), entry.GetValue()); err != nil {
			return err
		}
	}
	path, err := Inside(dir, e.Location)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if length := max(e.Length, 0); e.Offset < 0 || e.Offset > info.Size() || length > info.Size()-e.Offset {
		return fmt.Errorf("%s has %d bytes, but the data is said to be %d from byte %d on: fetch or export the model again",
			e.Location, info.Size(), length, e.Offset)
	}
	if e.Length < 0 {
		e.Length = info.Size() - e.Offset
	}
	at := region{path, e.Offset, e.Length}
	if t.RawData = seen[at]; t.RawData == nil {
		t.RawData = make([]byte, e.Length)
		if _, err := io.ReadFull(io.NewSectionReader(f, e.Offset, e.Length), t.RawData); err != nil {
			return err
		}
		seen[at] = t.RawData
	}
	t.ExternalData, t.DataLocation = nil, nil
	return nil
}

const (
	// externalFrom is the size in bytes from which Save moves an initializer
	// out of the graph's file.
	externalFrom = 1024
	// externalAlign lets the runtime map the data instead of copying it.
	externalAlign = 4096
)

// Save writes the model to path, and its weights to path + ".data", page
// aligned, so that ONNX Runtime maps them. The model is changed: its large
// initializers refer to the file afterwards.
func Save(m *pb.ModelProto, path string) (err error) {
	data, err := os.Create(path + ".data")
	if err != nil {
		return err
	}
	defer func() {
		if e := data.Close(); err == nil {
			err = e
		}
	}()
	location := filepath.Base(path) + ".data"
	var end int64
	written := map[[sha256.Size]byte]int64{} // where data lies, so that equal data lies there once
	for _, t := range m.Graph.Initializer {
		if len(t.RawData) < externalFrom {
			continue
		}
		sum := sha256.Sum256(t.RawData)
		offset, ok := written[sum]
		if !ok {
			offset = (end + externalAlign - 1) / externalAlign * externalAlign
			if _, err := data.WriteAt(t.RawData, offset); err != nil {
				return err
			}
			end = offset + int64(len(t.RawData))
			written[sum] = offset
		}
		t.ExternalData = []*pb.StringStringEntryProto{
			pair("location", location),
			pair("offset", fmt.Sprint(offset)),
			pair("length", fmt.Sprint(len(t.RawData))),
		}
		t.DataLocation = pb.TensorProto_EXTERNAL.Enum()
		t.RawData = nil
	}
	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		return err
	}
	if err := data.Sync(); err != nil {
		return err
	}
	return os.WriteFile(path, out, 0o644)
}

func pair(key, value string) *pb.StringStringEntryProto {
	return &pb.StringStringEntryProto{Key: &key, Value: &value}
}

// Keys of the metadata of graphs that scorer optimize made.
const (
	LayoutKey    = "azure-nlp-endpoint.layout"
	PrecisionKey = "azure-nlp-endpoint.precision"
	SourceKey    = "azure-nlp-endpoint.source-sha256"
	// AheadKey has the release of ONNX Runtime that optimised the graph, so
	// that loading doesn't have to.
	AheadKey = "azure-nlp-endpoint.optimised-by"
)

// The layouts of prepared graphs that this version makes and reads. The number
// changes with how the weights of our own operators lie, which their shapes don't
// tell.
const (
	PackedLayout  = "packed/4"
	DecoderLayout = "decoder/1"
)

// SetMetadata sets one of the model's metadata_props.
func SetMetadata(m *pb.ModelProto, key, value string) {
	for _, e := range m.MetadataProps {
		if e.GetKey() == key {
			e.Value = &value
			return
		}
	}
	m.MetadataProps = append(m.MetadataProps, pair(key, value))
}

// NotRecognisedError says why a graph can't be rewritten. The graph is not
// wrong: it is served as it is.
type NotRecognisedError struct{ Reason string }

func (e *NotRecognisedError) Error() string {
	return "the graph isn't one that can be rewritten for serving: " + e.Reason
}

func notRecognised(format string, args ...any) error {
	return &NotRecognisedError{Reason: strings.TrimSpace(fmt.Sprintf(format, args...))}
}

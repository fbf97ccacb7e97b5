package graph

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"syscall"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// loadShallow reads a graph and leaves the data of its large initializers where it is: also
// those in the file itself are external afterwards, so that a model of any size takes little
// memory.
func loadShallow(path string) (*pb.ModelProto, error) {
	if _, err := Inspect(path); err != nil { // its bounds
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	defer func() { _ = syscall.Munmap(data) }()
	at := func(content []byte) int64 { return int64(cap(data) - cap(content)) }
	small, err := replaced(data, modelGraph, func(graph []byte) ([]byte, error) {
		return replaced(graph, graphInitializer, func(tensor []byte) ([]byte, error) {
			return withoutData(tensor, filepath.Base(path), at)
		})
	})
	if err != nil {
		return nil, err
	}
	m := &pb.ModelProto{}
	if err := proto.Unmarshal(small, m); err != nil || m.GetGraph() == nil {
		return nil, fmt.Errorf("%s is not a complete ONNX file (%w): fetch or export the model again", path, err)
	}
	return m, nil
}

// replaced copies a message with the contents of one of its fields changed.
func replaced(message []byte, field protowire.Number, change func([]byte) ([]byte, error)) ([]byte, error) {
	var out []byte
	for len(message) > 0 {
		num, typ, n := protowire.ConsumeTag(message)
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		if num != field || typ != protowire.BytesType {
			m := protowire.ConsumeFieldValue(num, typ, message[n:])
			if m < 0 {
				return nil, protowire.ParseError(m)
			}
			out, message = append(out, message[:n+m]...), message[n+m:]
			continue
		}
		content, m := protowire.ConsumeBytes(message[n:])
		if m < 0 {
			return nil, protowire.ParseError(m)
		}
		changed, err := change(content)
		if err != nil {
			return nil, err
		}
		out = protowire.AppendBytes(protowire.AppendTag(out, num, typ), changed)
		message = message[n+m:]
	}
	return out, nil
}

// withoutData makes a tensor's raw data external, if it is large.
func withoutData(tensor []byte, file string, at func([]byte) int64) ([]byte, error) {
	var raw []byte
	err := fields(tensor, func(num protowire.Number, content []byte, _ uint64) error {
		if num == tensorRaw {
			raw = content
		}
		return nil
	})
	if err != nil || len(raw) < externalFrom {
		return tensor, err
	}
	var out []byte
	for rest := tensor; len(rest) > 0; {
		num, _, n := protowire.ConsumeField(rest)
		if num != tensorRaw {
			out = append(out, rest[:n]...)
		}
		rest = rest[n:]
	}
	external, err := proto.Marshal(&pb.TensorProto{DataLocation: pb.TensorProto_EXTERNAL.Enum(),
		ExternalData: []*pb.StringStringEntryProto{pair("location", file), pair("offset", fmt.Sprint(at(raw))), pair("length", fmt.Sprint(len(raw)))}})
	return append(out, external...), err
}

// stretch is where the data of a tensor lies: in a file, or in memory.
type stretch struct {
	at     io.ReaderAt
	offset int64
	length int64
	file   string // "" for memory
}

// files opens those that data lies in, each once.
type files struct {
	dir  string
	open map[string]*os.File
}

func (f *files) close() {
	for _, file := range f.open {
		_ = file.Close()
	}
}

// find returns where a tensor's data lies.
func (f *files) find(t *pb.TensorProto) (stretch, error) {
	if t.GetDataLocation() != pb.TensorProto_EXTERNAL {
		raw := t.RawData
		if len(raw) == 0 {
			for _, v := range t.FloatData {
				raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
			}
		}
		return stretch{at: readerAt(raw), length: int64(len(raw))}, nil
	}
	e := External{Length: -1}
	for _, entry := range t.ExternalData {
		if err := e.put(entry.GetKey(), entry.GetValue()); err != nil {
			return stretch{}, err
		}
	}
	return f.stretch(e, t.GetName())
}

// stretch returns where external data of a name lies.
func (f *files) stretch(e External, name string) (stretch, error) {
	file := f.open[e.Location]
	if file == nil {
		path, err := Inside(f.dir, e.Location)
		if err != nil {
			return stretch{}, err
		}
		if file, err = os.Open(path); err != nil {
			return stretch{}, err
		}
		if f.open == nil {
			f.open = map[string]*os.File{}
		}
		f.open[e.Location] = file
	}
	info, err := file.Stat()
	if err != nil {
		return stretch{}, err
	}
	if e.Length < 0 {
		e.Length = info.Size() - e.Offset
	}
	if e.Offset < 0 || e.Length < 0 || e.Offset > info.Size() || e.Length > info.Size()-e.Offset {
		return stretch{}, fmt.Errorf("%s has %d bytes, but the data of %s is said to be %d from byte %d on: fetch or export the model again",
			e.Location, info.Size(), name, e.Length, e.Offset)
	}
	return stretch{file, e.Offset, e.Length, e.Location}, nil
}

// readerAt is bytes in memory.
type readerAt []byte

func (b readerAt) ReadAt(p []byte, off int64) (int, error) {
	if off > int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// dataFile is a file of external data that is written tensor by tensor.
type dataFile struct {
	*os.File
	end    int64
	copied map[region]int64 // where data of another file lies, so that it lies there once
}

func createData(path string) (*dataFile, error) {
	f, err := os.Create(path)
	return &dataFile{File: f, copied: map[region]int64{}}, err
}

// reserve gives a tensor so many bytes, and returns where they begin.
func (d *dataFile) reserve(t *pb.TensorProto, length int64) int64 {
	d.end = (d.end + externalAlign - 1) / externalAlign * externalAlign
	offset := d.end
	d.end += length
	d.refer(t, offset, length)
	return offset
}

func (d *dataFile) refer(t *pb.TensorProto, offset, length int64) {
	t.ExternalData = []*pb.StringStringEntryProto{
		pair("location", filepath.Base(d.Name())), pair("offset", fmt.Sprint(offset)), pair("length", fmt.Sprint(length))}
	t.DataLocation, t.RawData, t.FloatData = pb.TensorProto_EXTERNAL.Enum(), nil, nil
}

// copy writes a tensor's data as it is.
func (d *dataFile) copy(t *pb.TensorProto, from stretch) error {
	source := region{from.file, from.offset, from.length}
	if offset, ok := d.copied[source]; ok {
		d.refer(t, offset, from.length)
		return nil
	}
	offset := d.reserve(t, from.length)
	if from.file != "" {
		d.copied[source] = offset
	}
	_, err := io.Copy(io.NewOffsetWriter(d, offset), io.NewSectionReader(from.at, from.offset, from.length))
	return err
}

// finish writes the graph beside its data.
func (d *dataFile) finish(m *pb.ModelProto, path string) error {
	if err := d.Truncate(d.end); err != nil {
		return err
	}
	if err := d.Sync(); err != nil {
		return err
	}
	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(path, out, 0o644)
}

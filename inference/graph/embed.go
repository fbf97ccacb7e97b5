package graph

// embed is the packed graph's first part, up to the layers.
func (r *rewriter) embed() (x, firsts string) {
	s := r.spec
	ids := r.input(PackedInputIDs, "tokens")
	places := r.input(PackedPositions, "tokens")
	if r.architecture.fromPadding {
		places = r.placesFromPadding(ids, places)
	}
	positions := r.positions
	if r.kind.Rows == 1 {
		positions = Matrix{positions.Rows, positions.Cols, nil}
		for i, v := range r.positions.Data {
			positions.Data = append(positions.Data, v+r.kind.Data[i%positions.Cols])
		}
	}
	x = r.op("Add",
		r.op("Gather", r.floats("words", r.words.Data, s.Vocabulary, r.words.Cols), ids),
		r.op("Gather", r.floats("positions", positions.Data, s.Positions, positions.Cols), places))
	if r.kind.Rows > 1 {
		types := r.input(PackedTypeIDs, "tokens")
		x = r.op("Add", x, r.op("Gather", r.floats("types", r.kind.Data, s.TypeCount, r.kind.Cols), types))
	}
	firsts = r.input(PackedFirsts, "texts")
	r.input(PackedLengths, "texts")
	x = r.layerNorm("embeddings.norm", x, r.norm)
	if r.project != nil {
		x = r.node(Domain, PackedMatMul, r.packed("project", x, r.project.Weight, r.project.Bias))
	}
	return x, firsts
}

// placesFromPadding counts the tokens of each text that aren't the padding token from behind
// its id, which is the place of those that are.
func (r *rewriter) placesFromPadding(ids, places string) string {
	padding := r.ints("padding", []int64{int64(r.architecture.paddingID(r.spec.Padding))})
	counted := r.node("", "Cast", []string{r.op("Not", r.op("Equal", ids, padding))}, attribute{"to", elemInt64})
	all := r.op("CumSum", counted, r.ints("axis", []int64{0}))
	token := r.op("Range", r.ints("zero", []int64{0}), r.op("Size", ids), r.ints("one", []int64{1}))
	before := r.op("Gather", r.op("Sub", all, counted), r.op("Sub", token, places)) // those of the texts before
	return r.op("Add", padding, r.op("Mul", counted, r.op("Sub", all, before)))
}

// These are data types as attributes have them.
const (
	elemFloat int64 = 1
	elemInt32 int64 = 6
	elemInt64 int64 = 7
	elemBool  int64 = 9
)

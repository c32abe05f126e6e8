package quant

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tcmoa/core"
)

func TestQuantiseValues(t *testing.T) {
	tiny := float32(math.SmallestNonzeroFloat32)
	for _, c := range []struct {
		what  string
		row   []float32
		want  []int8
		scale float32
	}{
		{"halves go to the even neighbour", []float32{127, 0.5, 1.5, 2.5, -0.5, -1.5}, []int8{127, 0, 2, 2, 0, -2}, 1},
		{"the negative end is -127", []float32{-254, 254, 2}, []int8{-127, 127, 1}, 2},
		{"zeros", []float32{0, 0, 0}, []int8{0, 0, 0}, 0},
		{"the largest float", []float32{math.MaxFloat32, 0, -math.MaxFloat32}, []int8{127, 0, -127}, math.MaxFloat32 / 127},
		{"too small for a scale", []float32{tiny, 0, -tiny}, []int8{0, 0, 0}, 0},
		{"a coarse scale stays in range", []float32{190 * tiny, -190 * tiny, 0}, []int8{127, -127, 0}, tiny},
	} {
		q, err := Quantise(core.Tensor{Shape: []int{1, len(c.row)}, F32: c.row})
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if !slices.Equal(q.I8, c.want) || q.Scale[0] != c.scale {
			t.Errorf("%s: got %v with scale %v, want %v with %v", c.what, q.I8, q.Scale[0], c.want, c.scale)
		}
	}
}

func TestQuantiseRefuses(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, err := Quantise(core.Tensor{Shape: []int{2, 2}, F32: []float32{1, 2, 3, float32(v)}})
		if err == nil || !strings.Contains(err.Error(), "output channel 1") {
			t.Errorf("%v: error is %v", v, err)
		}
	}
	for _, shape := range [][]int{nil, {0, 4}} {
		if _, err := Quantise(core.Tensor{Shape: shape}); err == nil {
			t.Errorf("shape %v is accepted", shape)
		}
	}
}

func TestQuantiseIsWithinHalfAStep(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	w := core.Tensor{Shape: []int{17, 5, 3}, F32: make([]float32, 17*5*3)}
	for i := range w.F32 {
		w.F32[i] = float32(rng.NormFloat64() * math.Pow(10, float64(i/15)-8))
	}
	q, err := Quantise(w)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range q.Float() {
		step := q.Scale[i/15]
		if math.Abs(float64(v-w.F32[i])) > 0.5001*float64(step) {
			t.Errorf("value %d: %v became %v, step %v", i, w.F32[i], v, step)
		}
	}
}

func TestQuantised(t *testing.T) {
	src := randomSource(smallConfig())
	float := load(t, src)
	int8s := load(t, Quantised(src))
	again := load(t, Quantised(Quantised(src)))
	for _, p := range src.config.Params() {
		got := int8s[p.Name]
		want := float[p.Name]
		if p.Int8 {
			var err error
			if want, err = Quantise(want); err != nil {
				t.Fatal(err)
			}
		}
		if !sameTensor(got, want) || !sameTensor(again[p.Name], want) {
			t.Errorf("tensor %q is not what quantising it gives", p.Name)
		}
	}
	for _, info := range src.Tensors() {
		if info.Int8 {
			t.Fatalf("quantising changed its source: %v", info)
		}
	}
	src.params["blocks.0.mlp.fc1.weight"].F32[0] = float32(math.NaN())
	if _, err := Quantised(src).Tensor("blocks.0.mlp.fc1.weight"); err == nil || !strings.Contains(err.Error(), "blocks.0.mlp.fc1.weight") {
		t.Errorf("error is %v", err)
	}
}

func sameTensor(a, b core.Tensor) bool {
	return slices.Equal(a.Shape, b.Shape) && slices.Equal(a.F32, b.F32) &&
		slices.Equal(a.I8, b.I8) && slices.Equal(a.Scale, b.Scale)
}

func sameParams(t testing.TB, got, want map[string]core.Tensor) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d tensors, want %d", len(got), len(want))
	}
	for name, w := range want {
		if g, ok := got[name]; !ok || !sameTensor(g, w) {
			t.Errorf("tensor %q differs (present: %v)", name, ok)
		}
	}
}

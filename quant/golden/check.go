package golden

import (
	"context"
	"fmt"
	"image"
	"math"
	"testing"

	"tcmoa/core"
)

// Check runs the case on a network and compares every output that the reference
// left: encoder, prompts, gates, weights, pixels. snapshot keeps a copy of an
// activation of the running pass, to be read back at its end.
func (c *Case) Check(t *testing.T, net *core.Network, tolerance float64, snapshot func(core.Pass, core.Activation) core.Activation) {
	t.Helper()
	cfg := net.Config
	picture := func(s string) core.Picture {
		return source{c.Width, c.Height, c.file.tensor(t, c.Name+"."+s)}
	}
	in := core.Input{A: picture("a"), B: picture("b"), Tile: image.Rect(0, 0, c.Width, c.Height), Config: cfg}
	pass, err := net.Backend.Begin(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	var encoded core.Activation
	out := net.Forward(pass, in, c.controls(t, cfg), nil, func(s core.Step, z core.Activation) {
		if s.Name == "encoder norm" {
			encoded = snapshot(pass, z)
		}
	})
	read := []core.Activation{encoded, out.Pixels}
	for _, r := range out.Routes {
		read = append(read, r.Prompts, r.Gates)
	}
	if out.Weight != nil {
		read = append(read, out.Weight)
	}
	_, values, err := pass.Finish(out.Pixels, read...)
	if err != nil {
		t.Fatal(err)
	}

	compared, worst := 0, 0.0
	compare := func(what string, got []float32) {
		t.Helper()
		want := c.file.tensor(t, c.Name+"."+what)
		if want == nil {
			return
		}
		compared++
		d, at := Difference(got, want)
		if worst = max(worst, d); d > tolerance {
			t.Errorf("%s: differs by %g at %d, want at most %g", what, d, at, tolerance)
		}
	}
	halves := func(first, second string, v []float32) {
		t.Helper()
		compare(first, v[:len(v)/2])
		compare(second, v[len(v)/2:])
	}
	halves("encoder_x", "encoder_t", values[0])
	wide, high := c.Width*cfg.Upsample, c.Height*cfg.Upsample
	compare("output", thin(values[1], 3, high, wide, c.file.stride))
	for j := range out.Routes {
		prompts, gates := values[2+2*j], values[3+2*j]
		halves(fmt.Sprintf("prompt_x.%d", j), fmt.Sprintf("prompt_t.%d", j), prompts)
		compare(fmt.Sprintf("gates.%d", j), gates)
		if k := j - cfg.EncoderMoAs(); k >= 0 {
			halves(fmt.Sprintf("decoder_prompt_x.%d", k), fmt.Sprintf("decoder_prompt_t.%d", k), prompts)
		} else {
			halves(fmt.Sprintf("encoder_prompt_x.%d", j), fmt.Sprintf("encoder_prompt_t.%d", j), prompts)
		}
	}
	if out.Weight != nil {
		compare("weight", thin(values[len(values)-1], 1, high, wide, c.file.stride))
	}
	if compared < 3 {
		t.Errorf("only %d tensors of case %s were compared", compared, c.Name)
	}
	t.Logf("%d tensors, largest difference %.1e", compared, worst)
}

// thin keeps every stride-th pixel of planes.
func thin(v []float32, planes, high, wide, stride int) []float32 {
	var out []float32
	for c := range planes {
		for y := 0; y < high; y += stride {
			for x := 0; x < wide; x += stride {
				out = append(out, v[(c*high+y)*wide+x])
			}
		}
	}
	return out
}

// Difference is the largest difference of two slices, and where it is; infinite
// for a NaN and where they are of different lengths.
func Difference(got, want []float32) (worst float64, at int) {
	if len(got) != len(want) {
		return math.Inf(1), min(len(got), len(want))
	}
	for i := range got {
		d := math.Abs(float64(got[i]) - float64(want[i]))
		if math.IsNaN(d) {
			return math.Inf(1), i
		}
		if d > worst {
			worst, at = d, i
		}
	}
	return worst, at
}

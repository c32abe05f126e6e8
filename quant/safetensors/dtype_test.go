package safetensors

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// halfByDefinition is the value that IEEE 754 gives a half, NaN aside.
func halfByDefinition(h uint16) float64 {
	sign := 1 - 2*float64(h>>15)
	exponent, fraction := int(h>>10&0x1f), float64(h&0x3ff)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

func TestFloat16(t *testing.T) {
	for h := range 1 << 16 {
		got, want := float64(float16(uint16(h))), halfByDefinition(uint16(h))
		same := got == want && math.Signbit(got) == math.Signbit(want)
		if !same && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Fatalf("half %#04x is %v, want %v", h, got, want)
		}
	}
}

func TestFloats(t *testing.T) {
	values := []float32{0, 1, -2.5, math.MaxFloat32, float32(math.Inf(-1))}
	if got := F32.Floats(AppendFloats(nil, values)); !slices.Equal(got, values) {
		t.Errorf("F32: got %v, want %v", got, values)
	}
	var halves, brains []byte
	for _, h := range []uint16{0x3c00, 0xc100} {
		halves = binary.LittleEndian.AppendUint16(halves, h)
	}
	for _, b := range []uint16{0x3f80, 0xc020} {
		brains = binary.LittleEndian.AppendUint16(brains, b)
	}
	want := []float32{1, -2.5}
	if got := F16.Floats(halves); !slices.Equal(got, want) {
		t.Errorf("F16: got %v, want %v", got, want)
	}
	if got := BF16.Floats(brains); !slices.Equal(got, want) {
		t.Errorf("BF16: got %v, want %v", got, want)
	}
	if got := I8.Floats([]byte{1}); got != nil {
		t.Errorf("I8: got %v, want none", got)
	}
}

func TestInt8s(t *testing.T) {
	values := []int8{0, 1, -1, 127, -128}
	if got := Int8s(AppendInt8s(nil, values)); !slices.Equal(got, values) {
		t.Errorf("got %v, want %v", got, values)
	}
}

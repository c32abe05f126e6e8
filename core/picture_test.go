package core

import (
	"image"
	"testing"
)

func TestReflect(t *testing.T) {
	for _, tc := range []struct {
		n, pad int
		want   []int
	}{
		{5, 3, []int{0, 1, 2, 3, 4, 3, 2, 1}},
		{4, 3, []int{0, 1, 2, 3, 2, 1, 0}},
		{3, 3, []int{0, 1, 2, 2, 2, 2}}, // too short to reflect: the edge repeats
		{1, 2, []int{0, 0, 0}},
		{2, 0, []int{0, 1}},
	} {
		for i, want := range tc.want {
			if got := reflect(i, tc.n, tc.pad); got != want {
				t.Errorf("reflect(%d) of %d continued by %d = %d, want %d", i, tc.n, tc.pad, got, want)
			}
		}
	}
}

func TestReadTile(t *testing.T) {
	p := NewRGBA(3, 2)
	for i := range 6 {
		p.Pix[4*i], p.Pix[4*i+1], p.Pix[4*i+2] = uint8(i), uint8(10+i), 255
	}
	dst := make([]float32, 3*4*3)
	ReadTile(dst, p, image.Rect(1, 0, 5, 3))
	want := []uint8{
		1, 2, 1, 0,
		4, 5, 4, 3,
		1, 2, 1, 0,
	}
	// Two rows and one more: row 2 reflects to row 0; columns 3 and 4 to 1 and 0.
	for i, v := range want {
		if got := Byte(dst[i]); got != v {
			t.Errorf("red %d is %d, want %d", i, got, v)
		}
		if got := Byte(dst[12+i]); got != 10+v {
			t.Errorf("green %d is %d, want %d", i, got, 10+v)
		}
		if dst[24+i] != 1 {
			t.Errorf("blue %d is %v, want 1", i, dst[24+i])
		}
	}
}

func TestRGBARoundTrip(t *testing.T) {
	in, out := NewRGBA(256, 1), NewRGBA(256, 1)
	for i := range 256 {
		copy(in.Pix[4*i:], []uint8{uint8(i), uint8(255 - i), uint8(i ^ 85), 17})
	}
	row := make([]float32, 3*256)
	in.ReadRow(row, 0, 0, 256)
	out.WriteRow(0, row, nil)
	for i := range 256 {
		if [3]uint8(in.Pix[4*i:]) != [3]uint8(out.Pix[4*i:]) || out.Pix[4*i+3] != 255 {
			t.Fatalf("pixel %d: %v became %v", i, in.Pix[4*i:4*i+4], out.Pix[4*i:4*i+4])
		}
	}
	if Byte(-1) != 0 || Byte(2) != 255 {
		t.Error("values outside [0,1] are not clipped")
	}
}

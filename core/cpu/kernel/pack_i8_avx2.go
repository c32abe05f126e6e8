//go:build amd64 && goexperiment.simd

package kernel

import (
	"math"
	"simd/archsimd"
)

// packColumnsI8AVX2 goes through a panel's eight columns side by side, four inputs at a
// time: their integers' bytes lie in one another's place already.
func packColumnsI8AVX2(p *PanelsI8, scale, w []float32, ldw int) {
	magnitude := archsimd.BroadcastInt32x8(math.MaxInt32)
	for j := 0; j < p.N; j += panelCols {
		cols := min(panelCols, p.N-j)
		at := func(i int) f32x8 {
			if row := w[i*ldw+j:]; cols == panelCols {
				return archsimd.LoadFloat32x8(row)
			} else {
				v, _ := archsimd.LoadFloat32x8Part(row[:cols])
				return v
			}
		}
		var tops i32x8
		for i := range p.K {
			tops = tops.Max(at(i).ToBits().BitsToInt32().And(magnitude))
		}
		var largest [panelCols]int32
		var inverse [panelCols]float32
		tops.StoreArray(&largest)
		for c := range cols {
			scale[j+c], inverse[c] = scaleOf(math.Float32frombits(uint32(largest[c])))
		}
		inv, panel := archsimd.LoadFloat32x8Array(&inverse), p.panel(j/panelCols)
		for i := 0; i < p.K; i += quad {
			var bytes i32x8
			for r := range min(quad, p.K-i) {
				v := quantiseToInt(at(i + r).Mul(inv)).And(archsimd.BroadcastInt32x8(0xff))
				bytes = bytes.Or(v.ShiftAllLeft(uint64(8 * r)))
			}
			bytes.ToBits().ReshapeToUint8s().BitsToInt8().Store(panel[i*panelCols:])
		}
	}
}

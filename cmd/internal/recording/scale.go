package recording

import "slices"

// scale is what a byte b of a map means: Low + (High-Low)·b/255.
type scale struct {
	Low  float32 `json:"low"`
	High float32 `json:"high"`
}

// unit is the scale of weights and gates.
var unit = scale{0, 1}

// scaleOf is the scale that spends the bytes on the values that there are.
func scaleOf(values []float32) scale { return scale{slices.Min(values), slices.Max(values)} }

// append appends values in bytes, none off by more than half a step.
func (s scale) append(bytes []byte, values []float32) []byte {
	for _, v := range values {
		bytes = append(bytes, s.byte(v))
	}
	return bytes
}

func (s scale) byte(v float32) byte {
	if s.High == s.Low {
		return 0
	}
	return byte(min(max((v-s.Low)/(s.High-s.Low), 0), 1)*255 + 0.5)
}

// rounded are values as their bytes give them back.
func (s scale) rounded(values []float32) []float32 {
	rounded := make([]float32, len(values))
	step := (s.High - s.Low) / 255
	for i, b := range s.append(nil, values) {
		rounded[i] = s.Low + float32(step*float32(b))
	}
	return rounded
}

// appendGates appends gates on the scale unit. One that is not 0 does not become
// 0, which would say that its expert was not chosen.
func appendGates(bytes []byte, gates []float32) []byte {
	for _, g := range gates {
		b := unit.byte(g)
		if b == 0 && g > 0 {
			b = 1
		}
		bytes = append(bytes, b)
	}
	return bytes
}

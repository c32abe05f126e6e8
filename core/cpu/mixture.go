package cpu

import (
	"tcmoa/core"
	"tcmoa/core/cpu/kernel"
)

// Mixture implements core.Pass. For a token with streams x, t:
//
//	y   = LN₂(R·LN₁([x; t]))
//	g   = softmax over the K largest of y·w_gate
//	e_i = fc2_i(relu(fc1_i(y)))
//	m   = log Σ g_i·exp(e_i)
//	p_x = sigmoid(mean of m's first half), p_t = sigmoid(mean of the second)
//
// and then the steering: p ← ½ + α(p-½) ± β.
func (p *pass) Mixture(z core.Activation, w *core.Mixture, st *core.Steering) (core.Activation, core.Activation) {
	x, c, r := z.([]float32), w.Width, w.Reduced()
	prompts, gates := p.alloc(2*p.n), p.alloc(p.n*w.Experts)
	reduce := of(w.Reduce).matrix()
	x = x[:2*p.n*c]
	router := mixRouters(vector(w.Gate), st.Router, r*w.Experts)
	var gate kernel.PanelsF32
	gate.PackT(router, r, w.Experts, w.Experts)
	experts := adapters{
		Mixture: w,
		fc1:     of(w.FC1).affine(vector(w.FC1Bias), true),
		fc2:     of(w.FC2).affine(vector(w.FC2Bias), false),
	}
	p.runs(p.rows.times(p.w), func(s *scratch, from, to int) {
		m := to - from
		pair := s.buf(0, m*2*c)
		for i := range m {
			copy(pair[2*i*c:][:c], x[(from+i)*c:])
			copy(pair[(2*i+1)*c:][:c], x[(p.n+from+i)*c:])
		}
		kernel.LayerNormRows(pair, pair, vector(w.Norm1.Gain), vector(w.Norm1.Bias), w.Norm1.Eps, m, 2*c)
		y := s.buf(1, m*r)
		reduce.multiply(y, pair, m, nil, s)
		kernel.LayerNormRows(y, y, vector(w.Norm2.Gain), vector(w.Norm2.Bias), w.Norm2.Eps, m, r)

		g := gates[from*w.Experts : to*w.Experts]
		logits := s.buf(2, m*w.Experts)
		kernel.GemmF32(logits, w.Experts, y, r, m, &gate, nil)
		powers := s.buf(3, w.Experts)
		for i := range m {
			route(g[i*w.Experts:][:w.Experts], logits[i*w.Experts:][:w.Experts], st.Experts, w.TopK, powers)
		}
		sum := s.buf(2, m*r)
		experts.mix(sum, y, g, m, s)
		means := s.buf(3, 2*m)
		half := r / 2
		for i := range m {
			means[i] = average(sum[i*r:][:half])
			means[m+i] = average(sum[i*r+half:][:half])
		}
		kernel.Sigmoid(means)
		for i := range m {
			beta := st.Prompt.Beta
			if st.Beta != nil {
				beta += st.Beta[from+i]
			}
			prompts[from+i] = 0.5 + float32(st.Prompt.Alpha*(means[i]-0.5)) + beta
			prompts[p.n+from+i] = 0.5 + float32(st.Prompt.Alpha*(means[m+i]-0.5)) - beta
		}
	})
	return prompts, gates
}

// mixRouters is the convex mix of per-task parameters of size n each: gate
// logits are linear in the router's matrix, so mixing it mixes them.
func mixRouters(perTask, weights []float32, n int) []float32 {
	out := make([]float32, n)
	for k, f := range weights {
		if f != 0 {
			for i, v := range perTask[k*n : (k+1)*n] {
				out[i] += float32(f * v)
			}
		}
	}
	return out
}

// route sets a token's gates: the softmax of the k largest logits among the
// experts that are on, zero elsewhere. Of equal logits the first wins. powers has
// room for a number an expert.
func route(gates, logits []float32, on []bool, k int, powers []float32) {
	powers = powers[:0]
	// A gate is first the rank of its expert, from 1.
	clear(gates)
	var largest float32
	for len(powers) < k {
		best := -1
		for j, l := range logits {
			if gates[j] == 0 && (on == nil || on[j]) && (best < 0 || l > logits[best]) {
				best = j
			}
		}
		if best < 0 { // fewer experts are on than a token uses
			break
		}
		if len(powers) == 0 {
			largest = logits[best]
		}
		powers = append(powers, logits[best]-largest)
		gates[best] = float32(len(powers))
	}
	kernel.Exp(powers)
	sum := float32(0)
	for _, p := range powers {
		sum += p
	}
	for j, rank := range gates {
		if rank == 0 {
			continue
		}
		if gates[j] = powers[int(rank)-1] / sum; gates[j] <= core.GateFloor {
			gates[j] = 0
		}
	}
}

// adapters are the experts' matrices, one of each an expert, with the biases in
// them (weight.affine).
type adapters struct {
	*core.Mixture
	fc1, fc2 []*kernel.PanelsF32
}

// mix sets sum to log Σ g_i·exp(fc2_i(relu(fc1_i(y)))) for m tokens, m×R. It goes
// through the experts, and for each through the tokens that chose it.
func (a *adapters) mix(sum, y, gates []float32, m int, s *scratch) {
	clear(sum)
	for e := range a.Experts {
		a.add(e, sum, y, gates, m, s)
	}
	for i, v := range sum {
		if v == 0 {
			sum[i] = core.EmptySum
		}
	}
	kernel.Log(sum)
}

// add adds expert e's part to the sums.
func (a *adapters) add(e int, sum, y, gates []float32, m int, s *scratch) {
	r, in, hid := a.Reduced(), a.fc1[e].K, a.fc2[e].K
	tokens, input := s.indices(m)[:0], s.buf(4, m*in)
	for i := range m {
		if gates[i*a.Experts+e] == 0 {
			continue
		}
		row := input[len(tokens)*in:][:in]
		row[0] = 1 // the bias's factor
		copy(row[1:], y[i*r:][:r])
		tokens = append(tokens, int32(i))
	}
	n := len(tokens)
	hidden, out := s.buf(5, n*hid), s.buf(6, n*r)
	kernel.GemmF32(hidden, hid, input, in, n, a.fc1[e], nil)
	for i, v := range hidden {
		if v < 0 {
			hidden[i] = 0
		}
	}
	kernel.GemmF32(out, r, hidden, hid, n, a.fc2[e], nil)
	kernel.Exp(out)
	for i, token := range tokens {
		t := sum[int(token)*r:][:r]
		kernel.Mix(t, t, out[i*r:][:r], 1, gates[int(token)*a.Experts+e])
	}
}

func average(v []float32) float32 {
	sum := float32(0)
	for _, x := range v {
		sum += x
	}
	return sum / float32(len(v))
}

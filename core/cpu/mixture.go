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
	experts := adapters{w, vector(w.FC1), vector(w.FC1Bias), vector(w.FC2), vector(w.FC2Bias)}
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
		logits := s.buf(2, 2*w.Experts)
		for i := range m {
			route(g[i*w.Experts:][:w.Experts], y[i*r:][:r], router, st.Experts, w.TopK, logits)
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
// experts that are on, zero elsewhere. Of equal logits the first wins. work has
// room for two numbers an expert.
func route(gates, y, router []float32, on []bool, k int, work []float32) {
	e := len(gates)
	logits, powers := work[:e], work[e:e:2*e]
	clear(logits)
	for i, v := range y {
		for j, r := range router[i*e : (i+1)*e] {
			logits[j] += float32(v * r)
		}
	}
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

// adapters are the experts' weights.
type adapters struct {
	*core.Mixture
	fc1, fc1Bias, fc2, fc2Bias []float32
}

// mix sets sum to log Σ g_i·exp(fc2_i(relu(fc1_i(y)))) for m tokens, m×R.
func (a *adapters) mix(sum, y, gates []float32, m int, s *scratch) {
	r, h := a.Reduced(), a.Hidden
	out := s.buf(4, m*a.TopK*r) // the chosen experts' results, in order of their number
	hidden := make([]float32, h)
	n := 0
	for i := range m {
		v := y[i*r:][:r]
		for e, g := range gates[i*a.Experts:][:a.Experts] {
			if g == 0 {
				continue
			}
			for j := range hidden {
				acc := a.fc1Bias[e*h+j]
				for k, f := range a.fc1[(e*h+j)*r:][:r] {
					acc += float32(f * v[k])
				}
				hidden[j] = max(acc, 0)
			}
			for j := range r {
				acc := a.fc2Bias[e*r+j]
				for k, f := range a.fc2[(e*r+j)*h:][:h] {
					acc += float32(f * hidden[k])
				}
				out[n*r+j] = acc
			}
			n++
		}
	}
	kernel.Exp(out[:n*r])
	clear(sum)
	n = 0
	for i := range m {
		t := sum[i*r:][:r]
		for _, g := range gates[i*a.Experts:][:a.Experts] {
			if g == 0 {
				continue
			}
			for j, v := range out[n*r:][:r] {
				t[j] += float32(g * v)
			}
			n++
		}
		for j, v := range t {
			if v == 0 {
				t[j] = core.EmptySum
			}
		}
	}
	kernel.Log(sum)
}

func average(v []float32) float32 {
	sum := float32(0)
	for _, x := range v {
		sum += x
	}
	return sum / float32(len(v))
}

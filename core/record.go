package core

// recorded is a Pass that goes on from a checkpoint, and leaves checkpoints itself.
type recorded struct {
	resumed
	keeper Keeper // the backend's pass
	store  *Checkpoints
	trail  *trail
	spare  []Kept // memory to use again
}

// Mixture implements Pass. It leaves the streams as they are, and a pass on one half
// of a tile has both of them only here.
func (p *recorded) Mixture(z Activation, w *Mixture, s *Steering) (prompts, gates Activation) {
	j := p.next
	prompts, gates = p.resumed.Mixture(z, w, s)
	if at := &p.trail.moas[j]; j < p.from {
		return p.keeper.Recall(at.prompts), p.keeper.Recall(at.gates)
	}
	if j > p.from {
		p.leave(j, z)
	}
	p.note(j, s, prompts, gates)
	if p.next == len(p.trail.moas) {
		p.release()
	}
	return prompts, gates
}

// release lets go of the memory that was not used again.
func (p *recorded) release() {
	for _, k := range p.spare {
		k.Release()
	}
	p.spare = nil
}

// leave makes a checkpoint before MoA j, if it can be reached again.
func (p *recorded) leave(j int, z Activation) {
	if p.trail.known < j {
		return
	}
	var old Kept
	if n := len(p.spare); n > 0 {
		old, p.spare = p.spare[n-1], p.spare[:n-1]
	}
	p.store.put(p.trail, &p.trail.moas[j].before, p.keeper.Keep(z, old), j == 0)
}

// note keeps what MoA j was told and decided.
func (p *recorded) note(j int, s *Steering, prompts, gates Activation) {
	if p.trail.known != j {
		return
	}
	at := &p.trail.moas[j]
	p.store.put(p.trail, &at.prompts, p.keeper.Keep(prompts, at.prompts), true)
	p.store.put(p.trail, &at.gates, p.keeper.Keep(gates, at.gates), true)
	if at.prompts != nil && at.gates != nil {
		at.steering = s.clone()
		p.trail.known++
	}
}

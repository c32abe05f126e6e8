package settings

// History is what undo and redo go through.
type History struct {
	past, future []Settings
	now          Settings
}

// mostPast is how many steps can be undone.
const mostPast = 200

// NewHistory begins with settings.
func NewHistory(s Settings) *History { return &History{now: s} }

// Put makes settings the present ones. What was undone cannot be done again.
func (h *History) Put(s Settings) {
	if s.Equal(h.now) {
		return
	}
	h.past = append(h.past, h.now)
	if len(h.past) > mostPast {
		h.past = h.past[1:]
	}
	h.now, h.future = s, nil
}

// Undo steps back, and reports false where there is nothing before.
func (h *History) Undo() (Settings, bool) { return h.step(&h.past, &h.future) }

// Redo takes an Undo back.
func (h *History) Redo() (Settings, bool) { return h.step(&h.future, &h.past) }

// CanUndo and CanRedo tell whether they would do something.
func (h *History) CanUndo() bool { return len(h.past) > 0 }
func (h *History) CanRedo() bool { return len(h.future) > 0 }

// Turned is the same steps of a pair whose pictures have changed places.
func (h *History) Turned() *History {
	all := func(steps []Settings) []Settings {
		var turned []Settings
		for _, s := range steps {
			turned = append(turned, s.Turned())
		}
		return turned
	}
	return &History{past: all(h.past), future: all(h.future), now: h.now.Turned()}
}

func (h *History) step(from, to *[]Settings) (Settings, bool) {
	n := len(*from) - 1
	if n < 0 {
		return h.now, false
	}
	*to = append(*to, h.now)
	h.now = (*from)[n]
	*from = (*from)[:n]
	return h.now, true
}

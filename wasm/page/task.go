//go:build js && wasm

package main

// task is a kind of pair. parts names what its two sources are. Both names are
// in English, part says them.
type task struct {
	id    string
	name  string
	parts [2]string
}

// part says what a side of the pair is.
func (t *task) part(s side) string { return say(t.parts[s]) }

// tasks in the order of the page's choice; the first is chosen at the start.
var tasks = []*task{
	{id: "mef", name: mark("Exposure"), parts: [2]string{mark("Over-exposed"), mark("Under-exposed")}},
	{id: "mff", name: mark("Focus"), parts: [2]string{mark("Near focus"), mark("Far focus")}},
	{id: "vif", name: mark("Infrared"), parts: [2]string{mark("Visible"), mark("Infrared")}},
}

// taskByID is nil for a task that the page does not know.
func taskByID(id string) *task {
	for _, t := range tasks {
		if t.id == id {
			return t
		}
	}
	return nil
}
